import { expectation } from './expectation.js';
import { failuresOf } from './expect.js';
import type { Played } from './played.js';
import { playedWith, problemOf } from './scenario.spec-support.js';

const node = { alertname: 'NodeDown', node: 'n1' };
const [cart1, cart2, other] = ['cart-1', 'cart-2', 'db-1'].map((pod) => ({ alertname: 'PodDown', pod }));
const together = playedWith([problemOf('a', [node, cart1 ?? {}, cart2 ?? {}], { severity: 'P1' })]);
const claim = { primary: { node: 'n1' }, includes: [{ pod: '~cart-.*' }] };

function failures(played: Played, expected: unknown): readonly string[] {
  return failuresOf(played, expectation.parse(expected));
}

describe('what is expected of a scenario', () => {
  it.each([
    {},
    { problems: [claim] },
    { problems: [{ ...claim, members: 3, severity: 'P1' }] },
    { problems: [{ ...claim, members: { min: 2, max: 3 } }] },
    { problems: [{ ...claim, primary: [{ alertname: 'Other' }, { alertname: 'NodeDown' }] }] },
    { incidents: 0, notifications: { max: 1 } },
  ])('%j holds', (expected) => {
    expect(failures(together, expected)).toEqual([]);
  });

  it.each([
    [{ problems: [{ ...claim, members: 2 }] }, 'node="n1": members: 3, not 2'],
    [{ problems: [{ ...claim, members: { min: 4 } }] }, 'node="n1": members: 3, not at least 4'],
    [{ problems: [{ ...claim, members: { max: 2 } }] }, 'node="n1": members: 3, not 0 to 2'],
    [{ problems: [{ ...claim, severity: 'P2' }] }, 'node="n1": it was P1, not P2'],
    [
      { problems: [{ primary: { pod: 'cart-1' }, includes: [{ node: 'n1' }, { pod: 'cart-2' }] }] },
      'pod="cart-1": its primary is alertname="NodeDown", node="n1"',
    ],
    [{ problems: [claim, { primary: { pod: 'x' } }] }, 'pod="x": no alert belongs to it'],
    [
      { problems: [{ primary: { node: 'n1' }, includes: [{ pod: 'cart-1' }] }] },
      'alertname="NodeDown", node="n1": it holds what belongs to 2 problems, such as {alertname="PodDown", pod="cart-2"}',
    ],
    [{ incidents: 1 }, 'incidents: 0, not 1'],
    [{ notifications: 0 }, 'notifications: 1, not 0'],
  ])('%j does not, and why is said', (expected, failure) => {
    expect(failures(together, expected)).toEqual([failure]);
  });

  it('is not that alerts of a problem are in another one', () => {
    const apart = playedWith([problemOf('a', [node, cart1 ?? {}]), problemOf('b', [cart2 ?? {}])]);
    expect(failures(apart, { problems: [claim] })).toEqual([
      'node="n1": 1 of its alerts are in other problems, such as {alertname="PodDown", pod="cart-2"}',
    ]);
    expect(failures(apart, { problems: [{ ...claim, members: { min: 2, max: 3 } }] })).toEqual([]);
  });

  it('is that alerts that nobody claims stay apart', () => {
    const apart = [problemOf('a', [cart1 ?? {}]), problemOf('b', [other ?? {}])];
    expect(failures(playedWith(apart), { problems: [] })).toEqual([]);
    const one = playedWith([problemOf('a', [cart1 ?? {}, other ?? {}])]);
    expect(failures(one, { problems: [] })).toEqual([expect.stringContaining('belongs to 2 problems')]);
  });

  it('is never a step that could not be done', () => {
    expect(failures(playedWith([], { faults: ['at 3 s: no'] }), {})).toEqual(['at 3 s: no']);
  });
});

import fc from 'fast-check';
import type { Severity } from '@gomon/contracts';
import { compare } from './compare.js';
import type { Outcome, ProblemOutcome } from './outcome.js';

const AT = '2026-03-02T09:00:00.000Z';

function problem(ids: string, more: Partial<ProblemOutcome> = {}): ProblemOutcome {
  const alertIds = ids.split('');
  const primaryId = alertIds[0] ?? '';
  return {
    id: `problem ${ids}`,
    openedAt: AT,
    title: primaryId.toUpperCase(),
    primaryId,
    labels: { alertname: primaryId },
    severity: 'P2',
    alertIds,
    messages: [{ at: AT, channel: '#a' }],
    incidents: 0,
    ...more,
  };
}

const outcome = (...problems: readonly ProblemOutcome[]): Outcome => ({ observations: 9, problems });
const changesOf = (before: Outcome, after: Outcome) =>
  compare(before, after).changes.map(({ kind, what }) => [kind, ...what]);

describe('what other rules make of the same time', () => {
  it('is the same where everything is', () => {
    const same = outcome(problem('ab'), problem('c'));
    expect(compare(same, same)).toMatchObject({ same: true, changes: [], hidden: [] });
  });

  it.each<[string, Outcome, Outcome, readonly (readonly string[])[]]>([
    [
      'several problems that are one',
      outcome(problem('a'), problem('b')),
      outcome(problem('ab')),
      [['merged', 'told in #a instead of 2 times in #a']],
    ],
    [
      'one that is several',
      outcome(problem('ab')),
      outcome(problem('a'), problem('b')),
      [['split', 'told 2 times in #a instead of in #a']],
    ],
    [
      'several that are several others',
      outcome(problem('ab'), problem('cd')),
      outcome(problem('ac'), problem('bd')),
      [['regrouped']],
    ],
    [
      'one that is by one of the rules alone',
      outcome(problem('a')),
      outcome(problem('b')),
      [
        ['gone', 'told nobody instead of in #a'],
        ['new', 'told in #a instead of nobody'],
      ],
    ],
    [
      'another severity, another cause, another channel and another incident',
      outcome(problem('ab')),
      outcome(problem('ba', { severity: 'P1', incidents: 1, messages: [{ at: AT, channel: '#urgent' }] })),
      [
        [
          'changed',
          'P1 instead of P2',
          'its likely cause is B instead of A',
          'told in #urgent instead of in #a',
          '1 incident instead of 0',
        ],
      ],
    ],
    [
      'a mute',
      outcome(problem('a')),
      outcome(problem('a', { muted: 'M', messages: [] })),
      [['changed', 'told nobody instead of in #a', 'muted: M']],
    ],
    [
      'a mute that is none any more',
      outcome(problem('a', { muted: 'M', messages: [] })),
      outcome(problem('a')),
      [['changed', 'told in #a instead of nobody', 'not muted any more, as it was: M']],
    ],
    [
      'alerts that are told apart otherwise',
      outcome(problem('ab')),
      outcome(problem('ac')),
      [['changed', '1 alert less', '1 alert more']],
    ],
  ])('is said of %s', (_, before, after, expected) => {
    expect(changesOf(before, after)).toEqual(expected);
  });

  it('counts messages by channel, problems, incidents and what is muted', () => {
    const messages = [{ at: AT, channel: '#b' }];
    expect(
      compare(
        outcome(problem('a', { incidents: 1 }), problem('b')),
        outcome(problem('ab', { messages, muted: 'M' })),
      ),
    ).toMatchObject({
      messages: [
        { channel: '#a', before: 2, after: 0 },
        { channel: '#b', before: 0, after: 1 },
      ],
      problems: { before: 2, after: 1 },
      incidents: { before: 1, after: 0 },
      muted: { before: 0, after: 1 },
    });
  });
});

describe('a P0 or P1 that would have been muted', () => {
  const at = (minutes: number) => new Date(Date.parse(AT) + minutes * 60_000).toISOString();
  const hidden = (severity: Severity, after: Partial<ProblemOutcome>, before: Partial<ProblemOutcome> = {}) =>
    compare(outcome(problem('a', { severity, ...before })), outcome(problem('a', after))).hidden;

  it('is named, also where the other rules take it for less', () => {
    expect(hidden('P1', { severity: 'P4', muted: 'M', messages: [] })).toMatchObject([
      { title: 'A', severity: 'P1', why: 'M' },
    ]);
  });

  it('is named when it is told much later', () => {
    const told = (minutes: number) => ({ muted: 'M', messages: [{ at: at(minutes), channel: '#a' }] });
    expect(hidden('P0', told(5))).toMatchObject([{ laterMs: 300_000 }]);
    expect(hidden('P0', told(0.5))).toEqual([]);
  });

  it('is named when it was a part of something that is told still', () => {
    const after = outcome(problem('a'), problem('b', { severity: 'P1', muted: 'M', messages: [] }));
    expect(compare(outcome(problem('ab', { severity: 'P1' })), after).hidden).toMatchObject([
      { title: 'B', severity: 'P1', why: 'M' },
    ]);
    const untold = outcome(problem('ab', { severity: 'P1', messages: [] }));
    expect(compare(untold, after).hidden).toEqual([]);
  });

  it.each<[string, Severity, Partial<ProblemOutcome>, Partial<ProblemOutcome>]>([
    ['is less urgent', 'P2', { muted: 'M', messages: [] }, {}],
    ['was muted before', 'P0', { muted: 'M', messages: [] }, { muted: 'M', messages: [] }],
    ['is told still', 'P0', { muted: 'M' }, {}],
    ['is not told for another reason', 'P0', { messages: [] }, {}],
  ])('is none that %s', (_, severity, after, before) => {
    expect(hidden(severity, after, before)).toEqual([]);
  });
});

/** Alerts a to h, put into at most four problems. */
const grouped = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 })
  .map((groups) =>
    [...Map.groupBy('abcdefgh', (_, index) => groups[index] ?? 0).values()].map((ids) =>
      problem(ids.join(''), { messages: [] }),
    ),
  );

it('every problem of either is in one change, or the same in both', () => {
  fc.assert(
    fc.property(grouped, grouped, (before, after) => {
      const { changes, same } = compare(outcome(...before), outcome(...after));
      const named = (which: 'before' | 'after') =>
        changes.flatMap((change) => change[which].map(({ id }) => id)).sort();
      const ids = (all: readonly ProblemOutcome[]) => all.map(({ id }) => id);
      const inBoth = ids(before).filter((id) => ids(after).includes(id));
      expect(named('before')).toEqual(
        ids(before)
          .filter((id) => !inBoth.includes(id))
          .sort(),
      );
      expect(named('after')).toEqual(
        ids(after)
          .filter((id) => !inBoth.includes(id))
          .sort(),
      );
      expect(same).toBe(inBoth.length === before.length);
    }),
  );
});

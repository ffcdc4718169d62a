import { warningsOf } from './check-rules-file.js';
import { readRulesFile } from './read-rules-file.js';

function warningsIn(text: string): readonly string[] {
  const read = readRulesFile(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return warningsOf(read).map(({ line, path, message }) => `${line} ${path}: ${message}`);
}

const severity = (...rules: readonly (readonly string[])[]) =>
  `severity:\n${rules
    .map((matchers) => `  - { matchers: [${matchers.map((one) => `'${one}'`).join(', ')}], severity: P0 }\n`)
    .join('')}`;
const NEVER = 'no alert can match all of this';
const AFTER = (index: number) => `never reached: [${index}] before it takes everything that it is for`;

describe('what is surely not meant', () => {
  it('is nothing in the default', () => {
    expect(warningsIn('')).toEqual([]);
  });

  it.each([
    [['a="x"', 'a="y"']],
    [['a="x"', 'a!="x"']],
    [['a="x"', 'a=~"y.*"']],
    [['a=~"x|y"', 'a!~"x|y"']],
    [['a=""', 'a!=""']],
    [['a=~""', 'a=~".+"']],
  ])('is %j, which nothing can match', (matchers) => {
    expect(warningsIn(severity(matchers))).toEqual([`2 severity[0]: ${NEVER}`]);
  });

  it.each([
    [[], ['a="x"']],
    [['a="x"'], ['a="x"', 'b="y"']],
    [['a=~"x|y"'], ['a="y"']],
    [['a=~"x.*"'], ['a=~"xa|xb"']],
    [['a!=""'], ['a="x"']],
    [['a!~"dev.*"'], ['a="prod"', 'b="x"']],
    [['b=""'], ['b=""', 'a="x"']],
  ])('is %j before %j', (first, second) => {
    expect(warningsIn(severity(first, second))).toEqual([`3 severity[1]: ${AFTER(0)}`]);
  });

  it.each([
    [['a="x"'], ['a="y"']],
    [['a="x"', 'b="y"'], ['a="x"']],
    [['a=~"x.*"'], ['a=~"y|xa"']],
    [['a=~"x.*"'], ['a=~"x[0-9]"']],
    [['a="x"'], ['b="x"']],
    [['b="x"'], []],
  ])('is not %j before %j', (first, second) => {
    expect(warningsIn(severity(first, second))).toEqual([]);
  });

  it('is an impossible rule, and not what stands behind it', () => {
    expect(warningsIn(severity(['a="x"', 'a="y"'], ['a="x"']))).toEqual([`2 severity[0]: ${NEVER}`]);
  });

  it('is a route that another one shadows, one against those around it, and a receiver without a route', () => {
    const text = `
receivers:
  - { name: all, slack: { channel: '#all' } }
  - { name: lost, slack: { channel: '#lost' } }
route:
  receiver: all
  routes:
    - matchers: ['team="shop"']
      routes:
        - { severities: [P0] }
        - { severities: [P0], sources: [grafana] }
        - { matchers: ['team="pay"'] }
    - { matchers: ['team="shop"'], severities: [P1] }
    - { sources: [grafana], severities: [P1] }
`;
    expect(warningsIn(text)).toEqual([
      '4 receivers[1]: no route leads to lost',
      `11 route.routes[0].routes[1]: ${AFTER(0)}`,
      `12 route.routes[0].routes[2]: ${NEVER}`,
      `13 route.routes[1]: ${AFTER(0)}`,
    ]);
  });

  it('is an identity rule behind one for the same source', () => {
    const text = `
identity:
  rules:
    - { sources: [api, grafana], labels: [service] }
    - { sources: [grafana], labels: [host] }
`;
    expect(warningsIn(text)).toEqual([`5 identity.rules[1]: ${AFTER(0)}`]);
  });

  it('is an owner, runbook or heartbeat behind one that takes all of it, and a channel that no route leads to', () => {
    const text = `
owners:
  - { name: all, slack: { channel: '#all' } }
  - { name: shop, matchers: ['team="shop"'] }
runbooks:
  - { matchers: ['a=~"x|y"'], url: 'https://wiki.example/1' }
  - { matchers: ['a="x"'], url: 'https://wiki.example/2' }
heartbeats:
  - { name: never, matchers: ['a="x"', 'a="y"'] }
route: { receiver: normal }
receivers: [{ name: normal, slack: { channel: '#normal' } }]
`;
    expect(warningsIn(text)).toEqual([
      '3 owners[0].slack: no route leads to owner',
      `4 owners[1]: ${AFTER(0)}`,
      `7 runbooks[1]: ${AFTER(0)}`,
      `9 heartbeats[0]: ${NEVER}`,
    ]);
  });

  it('is an inhibition that never mutes', () => {
    const text = `
inhibit:
  - { source_matchers: ['a="x"'], target_matchers: ['a="x"'] }
  - { source_matchers: ['a="x"', 'a="y"'], target_matchers: ['b="x"'] }
  - { source_matchers: ['a="x"'], target_matchers: ['a=~"x|y"'] }
`;
    expect(warningsIn(text)).toEqual([
      '3 inhibit[0]: never mutes: both sides match the same alerts, and those do not mute each other',
      `4 inhibit[1].source_matchers: ${NEVER}`,
    ]);
  });

  it('is no route that only owners have', () => {
    const text = `
receivers: [{ name: normal, slack: { channel: '#normal' } }]
route: { receiver: normal, routes: [{ receiver: owner }, { severities: [P0], receiver: normal }] }
`;
    expect(warningsIn(text)).toEqual([]);
  });
});

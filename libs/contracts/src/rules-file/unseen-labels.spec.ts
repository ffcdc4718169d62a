import { readRulesFile } from './read-rules-file.js';
import { unseenLabels } from './unseen-labels.js';

function warningsIn(text: string, ...names: readonly string[]): readonly string[] {
  const read = readRulesFile(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return unseenLabels(read, { names, alerts: 7 }).map(
    ({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`,
  );
}

const never = (label: string) => `never seen: none of the 7 alerts looked at has the label ${label}`;

it('a label that no alert has had is named at each matcher that looks at it, in every section', () => {
  const text = `
severity:
  - { matchers: ['severitty="page"', 'team="shop"'], severity: P0 }
identity:
  rules: [{ matchers: ['a="x"'], labels: [alertname] }]
route:
  receiver: normal
  matchers: ['b="x"']
  routes:
    - routes: [{ matchers: ['team="shop"', 'c=~"x.*"'] }]
owners: [{ name: shop, matchers: ['d!="x"'] }]
runbooks: [{ matchers: ['e=""'], url: 'https://wiki.example' }]
inhibit:
  - { source_matchers: ['team="shop"', 'f="x"'], target_matchers: ['g!~"x"'] }
heartbeats: [{ name: watchdog, matchers: ['h="x"'] }]
storms: [{ matchers: ['i="x"'] }]
`;
  expect(warningsIn(text, 'team', 'alertname')).toEqual([
    `3:18 severity[0].matchers[0]: ${never('severitty')}`,
    `5:24 identity.rules[0].matchers[0]: ${never('a')}`,
    `8:14 route.matchers[0]: ${never('b')}`,
    `10:44 route.routes[0].routes[0].matchers[1]: ${never('c')}`,
    `11:35 owners[0].matchers[0]: ${never('d')}`,
    `12:25 runbooks[0].matchers[0]: ${never('e')}`,
    `14:40 inhibit[0].source_matchers[1]: ${never('f')}`,
    `14:68 inhibit[0].target_matchers[0]: ${never('g')}`,
    `15:43 heartbeats[0].matchers[0]: ${never('h')}`,
    `16:23 storms[0].matchers[0]: ${never('i')}`,
  ]);
  expect(warningsIn(text, 'severitty', 'team', ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])).toEqual([]);
});

it('the default is not warned of, nor what it has beside the file', () => {
  expect(warningsIn('')).toEqual([]);
  expect(warningsIn('quiet_after_resolve: 2h\n')).toEqual([]);
});

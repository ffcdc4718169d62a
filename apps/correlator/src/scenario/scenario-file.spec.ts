import type { Matcher } from '@gomon/contracts';
import { readScenario, type RulesSections, type Scenario } from './scenario-file.js';

function scenarioIn(text: string): Scenario {
  const read = readScenario(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.scenario;
}

function faultsIn(text: string, base: RulesSections = {}): readonly string[] {
  const read = readScenario(text, base);
  return read.ok
    ? []
    : read.faults.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

const equal = (name: string, value: string): Matcher => ({ name, operator: '=', value });

describe('a scenario file', () => {
  it('needs a name and steps alone', () => {
    expect(scenarioIn('name: quiet\nsteps: []')).toEqual({
      name: 'quiet',
      config: {},
      steps: [],
      expect: {},
    });
  });

  it('has steps of sources and of people', () => {
    const { steps } = scenarioIn(`
name: two steps
steps:
  - {at: 1.5, source: grafana, status: firing, labels: {alertname: A, code: 500, up: false}}
  - {at: 2, command: acknowledge, alert: {alertname: A}, user: U2}
`);
    expect(steps).toEqual([
      {
        at: 1.5,
        source: 'grafana',
        status: 'firing',
        labels: { alertname: 'A', code: '500', up: 'false' },
        annotations: {},
      },
      { at: 2, command: 'acknowledge', alert: [equal('alertname', 'A')], user: 'U2' },
    ]);
  });

  it('generates steps, with their number in every text', () => {
    const { steps } = scenarioIn(`
name: generated
steps:
  - at: 10
    generate:
      count: 3
      every: 0.5
      template: {source: grafana, status: firing, labels: {alertname: A, pod: "web-{i}"}, annotations: {summary: "{i} and {i}"}}
  - at: 100
    generate: {count: 1, every: 0, template: {command: note, alert: {pod: "web-{i}"}, text: "number {i}"}}
`);
    expect(steps.slice(0, 3)).toEqual(
      [0, 1, 2].map((index) => ({
        at: 10 + index / 2,
        source: 'grafana',
        status: 'firing',
        labels: { alertname: 'A', pod: `web-${index}` },
        annotations: { summary: `${index} and ${index}` },
      })),
    );
    expect(steps[3]).toMatchObject({ at: 100, alert: [equal('pod', 'web-0')], text: 'number 0' });
  });

  it('says what is expected as numbers, ranges, and one or several right answers', () => {
    const { expect: expected } = scenarioIn(`
name: expecting
steps: []
expect:
  problems:
    - {primary: {node: n}, includes: [{pod: "~cart-.*"}], members: {min: 2, max: 4}, severity: P1}
    - {primary: [{node: n}, {node: m}], members: 3}
  incidents: {max: 2}
`);
    expect(expected).toEqual({
      problems: [
        {
          primary: [[equal('node', 'n')]],
          includes: [[{ name: 'pod', operator: '=~', value: 'cart-.*' }]],
          members: { min: 2, max: 4 },
          severity: 'P1',
        },
        { primary: [[equal('node', 'n')], [equal('node', 'm')]], includes: [], members: { min: 3, max: 3 } },
      ],
      incidents: { min: 0, max: 2 },
    });
  });

  it('takes all of a topology for what a watcher publishes, with names alone', () => {
    expect(
      scenarioIn('name: a\nsteps: []\ntopology: {nodes: [{name: n}], pods: [{name: p}]}').topology,
    ).toEqual({
      cluster: 'scenario',
      scope: 'default',
      at: '2026-03-02T09:00:00.000Z',
      nodes: [{ name: 'n' }],
      pods: [{ namespace: '', name: 'p', services: [] }],
      ingresses: [],
      pvcs: [],
    });
  });

  it.each([
    ['steps: []', '1:1 name: Invalid input: expected string, received undefined'],
    ['name: a', '1:1 steps: Invalid input: expected array, received undefined'],
    ['name: a\nsteps: []\nstepss: 1', '3:1 stepss: there is no such field'],
    [
      'name: a\nsteps: []\ntopology: {nodes: [{name: n, zones: z}]}',
      '3:30 topology.nodes[0].zones: there is no such field',
    ],
    [
      'name: a\nsteps: [{at: 1, source: grafanna, status: firing, labels: {}}]',
      '2:25 steps[0].source: Invalid option',
    ],
    [
      'name: a\nsteps: [{at: 1, source: grafana, status: firing, label: {}, labels: {}}]',
      '2:50 steps[0].label: there is no such field',
    ],
    [
      'name: a\nsteps: [{at: -1, source: grafana, status: firing, labels: {}}]',
      '2:14 steps[0].at: Too small',
    ],
    ['name: a\nsteps: [{at: 1, command: dance}]', '2:26 steps[0].command: Invalid discriminator value'],
    ['name: a\nsteps: [{at: 1, command: resolve}]', '2:9 steps[0].alert: Invalid input'],
    [
      'name: a\nsteps: [{at: 1, command: silence, matchers: ["a"]}]',
      '2:45 steps[0].matchers: a list of matchers',
    ],
    [
      'name: a\nsteps: [{at: 1, generate: {count: 2, every: 1, template: {source: grafana, status: on, labels: {}}}}]',
      '2:84 steps[0].generate.template.status: Invalid option',
    ],
    [
      'name: a\nsteps: []\nexpect: {problems: [{primary: {pod: "~["}}]}',
      '3:31 expect.problems[0].primary[0].pod: expression is not valid',
    ],
    ['name: a\nsteps: []\nexpect: {incidents: some}', '3:21 expect.incidents: a number, or {min: …, max: …}'],
    ['name: a\nsteps: []\nconfig: {hold: long}', '3:16 config.hold: a span of time'],
    ['name: a\nsteps: []\nconfig: {holdd: 1s}', '3:10 config.holdd: there is no such field'],
    ['name: [', '1:8 : Flow sequence'],
  ])('%j is refused, with the place', (text, fault) => {
    const faults = faultsIn(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it('tells everything that is wrong at once', () => {
    expect(faultsIn('nam: a\nsteps: [{at: x}, {at: 1, command: note, alert: {a: b}}]')).toHaveLength(4);
  });

  it('replaces sections of the rules that it is run by', () => {
    const base = { hold: '500ms', quiet_after_resolve: '2h' };
    const read = readScenario('name: a\nsteps: []\nconfig: {hold: 0s}', base);
    expect(read).toMatchObject({ ok: true, rules: { holdMs: 0, quietAfterPersonMs: 7_200_000 } });
  });

  it('may name what those rules have', () => {
    const config = 'name: a\nsteps: []\nconfig: {route: {receiver: mine}}';
    const receivers = [{ name: 'mine', slack: { channel: '#mine' } }];
    expect(faultsIn(config, { receivers })).toEqual([]);
    expect(faultsIn(config)).toEqual([
      expect.stringContaining('3:28 config.route.receiver: there is no receiver mine'),
    ]);
  });
});

import { rulesFile, type RulesFileInput } from '@gomon/contracts';
import { explain } from './explain.js';
import { DEFAULT_RULES, routeOf, rulesOf, severityBy, type Rules } from './rules.js';
import { NOTHING_AROUND } from './state.js';
import { MORNING, saying, Story } from './story.spec-support.js';

const grafana = { kind: 'grafana', instance: 'default' };
const rules = (file: RulesFileInput, earlier: readonly RulesFileInput[] = []): Rules =>
  rulesOf(rulesFile.parse(file), {
    version: earlier.length + 1,
    incidentProvider: 'opsgenie',
    earlier: earlier.map((one) => rulesFile.parse(one)),
  });

describe('a severity', () => {
  const payments = rules({
    severity: [
      { name: 'money', matchers: ['namespace="payments"', 'tier!=""'], severity: 'P0' },
      { sources: ['kubernetes'], matchers: ['namespace=~"kube-.*"'], severity: 'P3' },
      { matchers: ['namespace="payments"'], severity: 'P1' },
    ],
  });

  it.each([
    [
      { namespace: 'payments', tier: 'gold' },
      'grafana',
      'P0',
      'namespace="payments", tier="gold" is P0 (rule money)',
    ],
    [
      { namespace: 'payments', severity: 'info' },
      'grafana',
      'P1',
      'namespace="payments" is P1 (rule severity[2])',
    ],
    [
      { namespace: 'kube-system' },
      'kubernetes',
      'P3',
      'namespace="kube-system", source kubernetes is P3 (rule severity[1])',
    ],
    [{ namespace: 'kube-system', severity: 'page' }, 'grafana', 'P1', 'label severity="page" means P1'],
    [{}, 'grafana', 'P3', 'no known severity label: default P3'],
  ])('of %j from %s is %s', (labels, kind, severity, why) => {
    expect(severityBy(labels, { kind, instance: 'default' }, payments)).toEqual({ severity, why });
  });

  it('by rule is that of the alert and its problem, and opens the incident', () => {
    const story = new Story(payments);
    story.report('09:00', saying('firing', { labels: { alertname: 'A', namespace: 'payments', tier: 'x' } }));
    expect(story.problem).toMatchObject({
      severity: 'P0',
      channel: '#alert-critical',
      incident: { why: 'P0 is urgent' },
    });
  });
});

describe('a route', () => {
  const tree = rules({
    receivers: ['all', 'shop', 'shop-night', 'cluster'].map((name) => ({
      name,
      slack: { channel: `#${name}` },
    })),
    route: {
      receiver: 'all',
      routes: [
        {
          matchers: ['team="shop"'],
          receiver: 'shop',
          routes: [
            { name: 'night', severities: ['P0', 'P1'], receiver: 'shop-night' },
            { matchers: ['quiet="yes"'] },
          ],
        },
        { sources: ['kubernetes'], receiver: 'cluster' },
        { name: 'rest', matchers: ['rest=""'], routes: [{ name: 'all of it' }] },
      ],
    },
  });

  it.each([
    [{ team: 'shop' }, 'P2', '#shop', 'team="shop" (route route.routes[0])'],
    [{ team: 'shop' }, 'P1', '#shop-night', 'P1 (route night)'],
    [{ team: 'shop', quiet: 'yes' }, 'P2', '#shop', 'quiet="yes" (route route.routes[0].routes[1])'],
    [{ rest: 'x' }, 'P2', '#all', 'no other route is for it'],
    [{}, 'P2', '#all', 'it takes all that is left (route all of it)'],
  ] as const)('for %j of %s leads to %s', (labels, severity, channel, why) => {
    expect(routeOf(labels, grafana, severity, tree)).toEqual({ channel, why });
  });

  it('may be by the source', () => {
    const source = { kind: 'kubernetes', instance: 'a' };
    expect(routeOf({}, source, 'P2', tree)).toEqual({
      channel: '#cluster',
      why: 'source kubernetes (route route.routes[1])',
    });
  });

  it.each([
    [{ env: 'Staging' }, 'P0', '#monitoring-dev', 'env="Staging" (route not production by env)'],
    [
      { environment: ' dev ' },
      'P2',
      '#monitoring-dev',
      'environment=" dev " (route not production by environment)',
    ],
    [{ env: 'prod' }, 'P1', '#alert-critical', 'P1 (route urgent)'],
    [{ env: 'developer-portal' }, 'P4', '#k8s-healthchecks', 'no other route is for it'],
  ] as const)('by default for %j of %s leads to %s', (labels, severity, channel, why) => {
    expect(routeOf(labels, grafana, severity, DEFAULT_RULES)).toEqual({ channel, why });
  });
});

describe('an identity', () => {
  const byService: RulesFileInput = { identity: { rules: [{ sources: ['grafana'], labels: ['service'] }] } };

  it('by rule is made of the labels that it names', () => {
    const story = new Story(rules(byService));
    story.report('09:00', saying('firing', { labels: { alertname: 'A', service: 's', host: '1' } }));
    const [outcome] = story.report('09:01', saying('firing', { labels: { alertname: 'B', service: 's' } }));
    expect(outcome).toMatchObject({ end: 'repeated' });
    expect(story.state.alerts.size).toBe(1);
  });

  it('of an open episode stays when the rules change, until it has ended', () => {
    const before = new Story(DEFAULT_RULES);
    const labels = { alertname: 'A', service: 's', host: '1' };
    before.report('09:00', saying('firing', { labels }));
    const after = new Story(rules(byService, [{}]));
    after.state = before.state;
    const outcomes = [
      ...after.report('09:10', saying('firing', { labels })),
      ...after.report('09:20', saying('resolved', { labels })),
      ...after.report(
        '09:30',
        saying('firing', { labels: { ...labels, host: '2' }, startsAt: '2026-03-01T09:30:00.000Z' }),
      ),
      ...after.report(
        '09:31',
        saying('firing', { labels: { ...labels, host: '3' }, startsAt: '2026-03-01T09:30:00.000Z' }),
      ),
    ];
    expect(outcomes.map((outcome) => 'end' in outcome && outcome.end)).toEqual([
      'repeated',
      'told',
      'told',
      'repeated',
    ]);
    expect(after.state.alerts.size).toBe(2);
  });
});

describe('an identity that has just changed', () => {
  const byService: RulesFileInput = { identity: { rules: [{ labels: ['service'] }] } };
  const labels = { alertname: 'A', service: 's' };
  const startsAt = '2026-03-01T08:59:00.000Z';

  it('makes nothing new of what is heard late, or once more, of what had ended before', () => {
    const before = new Story(DEFAULT_RULES);
    before.report('09:00', saying('firing', { labels, startsAt }));
    before.report('09:05', saying('resolved', { labels, startsAt, endsAt: '2026-03-01T09:04:00.000Z' }));
    const after = new Story(rules(byService, [{}]));
    after.state = before.state;
    const outcomes = [
      ...after.report('09:06', saying('firing', { labels, startsAt })),
      ...after.report('09:07', saying('resolved', { labels, startsAt, endsAt: '2026-03-01T09:04:00.000Z' })),
    ];
    expect(outcomes.map((outcome) => 'end' in outcome && outcome.end)).toEqual(['late', 'repeated']);
    expect(after.state.alerts.size).toBe(1);
  });
});

describe('an explanation', () => {
  it('says by which rule what would happen', () => {
    const labels = { alertname: 'A', severity: 'critical', value: '7', namespace: 'shop', empty: '' };
    const about = { labels, source: grafana, scope: 'default' };
    expect(explain(about, NOTHING_AROUND, DEFAULT_RULES, MORNING)).toEqual({
      rules: { version: 0 },
      title: 'A',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      identity: { alertname: 'A', namespace: 'shop', severity: 'critical' },
      severity: { severity: 'P1', why: 'label severity="critical" means P1' },
      told: { channel: '#alert-critical', why: 'P1 (route urgent)' },
      mutedBy: [],
      heartbeats: [],
      unacknowledged: ['reminded of every 5 min, 2 times', 'escalated after 15 min, here mentioned'],
      incident: 'P1 is urgent; a symptom waits 30 s where somebody was called within 2 min before',
      endsAfterMs: 21_600_000,
    });
  });

  it('is what then happens', () => {
    const labels = { alertname: 'A', severity: 'warning', value: '7' };
    const story = new Story();
    story.report('09:00', saying('firing', { labels }));
    const [alert] = story.state.alerts.values();
    const told = explain(
      { labels, source: grafana, scope: 'default' },
      NOTHING_AROUND,
      DEFAULT_RULES,
      MORNING,
    );
    expect(told).toMatchObject({
      fingerprint: alert?.fingerprint,
      severity: { severity: alert?.severity },
      told: { channel: story.problem.channel },
    });
    expect(told.incident).toBeUndefined();
  });
});

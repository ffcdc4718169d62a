import type { Labels, RulesFileInput } from '@gomon/contracts';
import { ALICE, at } from './story.spec-support.js';
import { problemView } from './views.js';
import { firing, over, rulesAtOnce, TogetherStory } from './together.spec-support.js';

/** Nothing but the moment says that these have to do with each other. */
const CHECKOUT = { alertname: 'CheckoutErrors', service: 'checkout', severity: 'critical' };
const SEARCH = { alertname: 'SearchErrors', service: 'search', severity: 'critical' };

/** Somebody is called for the one at 09:00, and the other begins later. */
function story(
  { after = '09:00:20', labels = SEARCH }: { after?: string; labels?: Labels } = {},
  rules: RulesFileInput = {},
): TogetherStory {
  const told = new TogetherStory(rulesAtOnce(rules));
  told.report('09:00', firing('09:00', CHECKOUT, '5xx of checkout at 12 %'));
  told.report(after, firing(after, labels));
  return told;
}

const isIncident = (told: TogetherStory, name: string) => told.problemOf(name).incident !== undefined;

describe('a symptom that begins right after somebody was called', () => {
  it('is told at once, and an incident when its cause was not told within 30 s', () => {
    const told = story();
    const waiting = told.problemOf('SearchErrors');
    expect(waiting).toMatchObject({ incidentAt: at('09:00:50'), dueAt: at('09:00:50') });
    expect(waiting.incident).toBeUndefined();
    expect(waiting.announced).toMatchObject({ at: at('09:00:20') });
    expect(waiting.timeline.at(-1)?.text).toBe(
      'an incident in 30 s, unless its cause is told: somebody was called for CheckoutErrors 20 s before',
    );
    told.tickProblems('09:00:49');
    expect(isIncident(told, 'SearchErrors')).toBe(false);
    told.tickProblems('09:00:50');
    expect(told.problemOf('SearchErrors')).toMatchObject({
      incident: { openedAt: at('09:00:50'), why: 'P1 is urgent' },
    });
    expect(told.problemOf('SearchErrors').incidentAt).toBeUndefined();
    expect(told.facts.at(-1)?.announce).toBe(false);
    expect(told.alertOf('SearchErrors').incidentId).toBe(told.problemOf('SearchErrors').incident?.id);
  });

  it('is part of what is an incident already, once its cause is told', () => {
    const told = new TogetherStory(rulesAtOnce());
    const onNode = { node: 'worker-3', severity: 'critical' };
    told.report('09:00', firing('09:00', { alertname: 'CartErrors', service: 'cart', ...onNode }));
    told.report('09:00:20', firing('09:00:20', { alertname: 'PayErrors', service: 'pay', ...onNode }));
    const { id: waiting } = told.problemOf('PayErrors');
    told.report('09:00:40', firing('09:00', { alertname: 'KubeNodeNotReady', ...onNode }));
    expect(told.groups).toHaveLength(1);
    told.tickProblems('09:05');
    expect(told.problemBy(waiting)).toMatchObject({
      mergedInto: { problemId: told.problemOf('CartErrors').id },
    });
    expect(told.problemBy(waiting).incident).toBeUndefined();
    expect(told.problemOf('PayErrors').incident).toMatchObject({ openedAt: at('09:00') });
  });

  it('is an incident at once when its cause is told and is none yet', () => {
    const told = new TogetherStory(rulesAtOnce());
    const there = { cluster: 'west', node: 'worker-3' };
    told.report('09:00', firing('09:00', { ...CHECKOUT, cluster: 'east' }));
    told.report('09:00:20', firing('09:00:20', { ...SEARCH, node: 'worker-3' }));
    told.report('09:00:30', firing('09:00', { alertname: 'KubeNodeNotReady', severity: 'info', ...there }));
    expect(told.problemOf('SearchErrors')).toMatchObject({
      primaryId: told.alertOf('KubeNodeNotReady').id,
      incident: { openedAt: at('09:00:30') },
    });
    expect(told.problemOf('SearchErrors').incidentAt).toBeUndefined();
  });

  it('calls nobody when it is over before', () => {
    const told = story();
    told.report('09:00:40', over('09:00:20', '09:00:40', SEARCH));
    const problem = told.problemOf('SearchErrors');
    expect([problem.dueAt, problemView(told.state, problem).incidentAt]).toEqual([undefined, undefined]);
    told.tickProblems('09:05');
    expect(isIncident(told, 'SearchErrors')).toBe(false);
  });

  it('calls at once when it fires again after it would have called', () => {
    const told = story();
    told.report('09:00:40', over('09:00:20', '09:00:40', SEARCH));
    told.report('09:02', firing('09:02', SEARCH));
    expect(told.problemOf('SearchErrors').dueAt).toBe(at('09:00:50'));
    told.tickProblems('09:02:01');
    expect(isIncident(told, 'SearchErrors')).toBe(true);
  });

  it('calls at once when it becomes worse', () => {
    const told = story();
    told.report('09:00:30', firing('09:00:20', { ...SEARCH, severity: 'P0' }));
    expect(isIncident(told, 'SearchErrors')).toBe(true);
  });

  it('calls nobody while it is silenced, and at once when it no longer is', () => {
    const told = story();
    told.silence({ startsAt: at('09:00'), endsAt: at('09:10') });
    told.tickProblems('09:00:50');
    expect(isIncident(told, 'SearchErrors')).toBe(false);
    expect(told.problemOf('SearchErrors').dueAt).toBe(at('09:10'));
    told.state = { ...told.state, around: { ...told.state.around, silences: [] } };
    told.tickProblems('09:10');
    told.tickProblems('09:10:02');
    expect(isIncident(told, 'SearchErrors')).toBe(true);
  });

  it('calls nobody when a person has made it less bad', () => {
    const told = story();
    told.command('09:00:30', {
      type: 'gomon.command.v1.deescalate-problem',
      data: { actor: ALICE, target: { kind: 'problem', id: told.problemOf('SearchErrors').id }, to: 'P2' },
    });
    told.tickProblems('09:05');
    expect(isIncident(told, 'SearchErrors')).toBe(false);
  });

  it.each<[string, Labels, RulesFileInput, string]>([
    ['what is P0', { ...SEARCH, severity: 'P0' }, {}, '09:00:20'],
    [
      'what is no symptom',
      { alertname: 'KubeNodeNotReady', node: 'n1', severity: 'critical' },
      {},
      '09:00:20',
    ],
    ['what begins later', SEARCH, {}, '09:02:01'],
    ['what other rules let wait for nothing', SEARCH, { incidents: { wait: '0s' } }, '09:00:20'],
    ['what begins later than other rules ask', SEARCH, { incidents: { within: '10s' } }, '09:00:20'],
    [
      'what is another team’s',
      { ...SEARCH, team: 'search' },
      { owners: [{ name: 'search', matchers: ['team="search"'] }] },
      '09:00:20',
    ],
    ['what nobody puts together', SEARCH, { correlation: { enabled: false } }, '09:00:20'],
  ])('does not wait: %s', (_, labels, rules, after) => {
    const told = story({ labels, after }, rules);
    expect(isIncident(told, labels['alertname'] ?? '')).toBe(true);
  });

  it('waits for as long as other rules say', () => {
    const told = story({}, { incidents: { wait: '1m' } });
    expect(told.problemOf('SearchErrors').incidentAt).toBe(at('09:01:20'));
  });

  it('waits beside another one of the same report', () => {
    const told = new TogetherStory(rulesAtOnce());
    told.report('09:00', firing('09:00', CHECKOUT), firing('09:00', SEARCH));
    expect([isIncident(told, 'CheckoutErrors'), isIncident(told, 'SearchErrors')]).toEqual([true, false]);
  });
});

describe('a problem that a person makes urgent right after somebody was called', () => {
  it('is an incident at once', () => {
    const told = story({ labels: { ...SEARCH, severity: 'warning' } });
    told.command('09:00:30', {
      type: 'gomon.command.v1.escalate-problem',
      data: { actor: ALICE, target: { kind: 'problem', id: told.problemOf('SearchErrors').id } },
    });
    expect(isIncident(told, 'SearchErrors')).toBe(true);
  });

  it('waits no longer when it takes in what waits for less long', () => {
    const told = story();
    told.report('09:00:40', firing('09:00:40', { ...SEARCH, alertname: 'MailErrors', service: 'mail' }));
    expect(told.problemOf('MailErrors').incidentAt).toBe(at('09:01:10'));
    told.merge('09:00:45', 'SearchErrors', 'MailErrors');
    expect(told.problemOf('MailErrors').incidentAt).toBe(at('09:00:50'));
  });

  it('is one at once when it takes in what is one', () => {
    const told = story();
    told.merge('09:00:30', 'CheckoutErrors', 'SearchErrors');
    expect(told.problemOf('SearchErrors').incident).toMatchObject({ openedAt: at('09:00:30') });
  });
});

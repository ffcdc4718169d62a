import type { CommandEvent } from '@gomon/contracts';
import { ALICE, answerOf, at, saying, Story } from './story.spec-support.js';
import { DEFAULT_RULES } from './rules.js';
import type { Incident } from './state.js';
import { incidentView } from './views.js';

type Recorded = Extract<CommandEvent, { type: 'gomon.command.v1.record-incident' }>['data']['outcome'];

const startsAt = at('08:59');
const system = { kind: 'system', id: 'incident-sync' } as const;

function firing(severity = 'critical'): Story {
  const story = new Story();
  const labels = { alertname: 'DiskFull', severity };
  story.report('09:00', saying('firing', { startsAt, labels }));
  return story;
}

function incidentOf(story: Story): Incident {
  const { incident } = story.problem;
  if (incident === undefined) throw new Error('it is no incident');
  return incident;
}

function record(story: Story, clock: string, outcome: Recorded): string | undefined {
  const data = { actor: system, problemId: story.problem.id, outcome };
  return answerOf(story.command(clock, { type: 'gomon.command.v1.record-incident', data }));
}

const linked = (clock: string, providerStatus: 'open' | 'resolved' = 'open'): Recorded => ({
  kind: 'linked',
  linked: {
    opsgenieIncidentId: 'og-1',
    externalUrl: 'https://og.example/og-1',
    providerStatus,
    at: at(clock),
  },
});

const failed = (clock: string, reason = 'Opsgenie does not answer'): Recorded => ({
  kind: 'failed',
  at: at(clock),
  reason,
});

function open(story: Story, clock: string): string | undefined {
  const data = { actor: ALICE, target: { kind: 'problem' as const, id: story.problem.id } };
  return answerOf(story.command(clock, { type: 'gomon.command.v1.open-incident', data }));
}

describe('an incident', () => {
  it.each(['P0', 'P1'])('is opened with each problem of %s', (severity) => {
    expect(incidentOf(firing(severity))).toMatchObject({
      openedAt: at('09:00'),
      openedBy: { kind: 'system', id: 'severity' },
      why: `${severity} is urgent`,
    });
  });

  it.each(['P2', 'P3', 'P4'])('of %s is created by hand, once', (severity) => {
    const story = firing(severity);
    expect(story.problem.incident).toBeUndefined();
    expect(open(story, '09:05')).toBe('done: incident created');
    expect(incidentOf(story)).toMatchObject({ openedBy: ALICE, why: 'Alice created an incident' });
    expect(story.told.at(-1)).toBe('changed v2 firing');
    expect(open(story, '09:06')).toBe('without-effect: it is an incident since 09:05 UTC');
  });

  it('is not created for what is over', () => {
    const story = firing('P3');
    story.report(
      '09:10',
      saying('resolved', { startsAt, endsAt: at('09:09'), labels: { ...story.alert.said.labels } }),
    );
    expect(open(story, '09:11')).toBe('without-effect: it ended at 09:09 UTC');
    expect(story.problem.incident).toBeUndefined();
  });

  it('is open for as long as its problem is', () => {
    const story = firing();
    expect(incidentView(story.problem)).toMatchObject({ status: 'open', problemId: story.problem.id });
    story.resolve('09:10', story.problem);
    expect(incidentView(story.problem)).toMatchObject({ status: 'resolved', resolvedAt: at('09:10') });
  });
});

it('without a provider nothing is an incident', () => {
  const story = new Story({ ...DEFAULT_RULES, incidentProvider: 'none' });
  story.report('09:00', saying('firing', { startsAt, labels: { alertname: 'DiskFull', severity: 'P0' } }));
  expect(story.problem.incident).toBeUndefined();
  expect(open(story, '09:01')).toBe('without-effect: there is no incident provider (INCIDENT_PROVIDER)');
});

describe('what the provider has of it', () => {
  it('is shown once it is there, and told silently', () => {
    const story = firing();
    expect(record(story, '09:01', linked('09:01'))).toBe('done: recorded');
    expect(story.told.at(-1)).toBe('changed v2 firing');
    expect(incidentView(story.problem)).toMatchObject({
      opsgenieIncidentId: 'og-1',
      externalUrl: 'https://og.example/og-1',
      providerStatus: 'open',
    });
    expect(record(story, '09:02', linked('09:01'))).toBe('without-effect: known');
  });

  it('may be nothing for now: the reason is told once, and gone when it is there', () => {
    const story = firing();
    expect(record(story, '09:01', failed('09:01'))).toBe('done: recorded');
    expect(record(story, '09:02', failed('09:02'))).toBe('without-effect: known');
    expect(story.told).toHaveLength(2);
    expect(incidentView(story.problem)?.failure?.reason).toBe('Opsgenie does not answer');
    record(story, '09:03', linked('09:03'));
    expect(incidentView(story.problem)?.failure).toBeUndefined();
    expect(story.told).toHaveLength(3);
  });

  it('follows to its end without anybody being told', () => {
    const story = firing();
    record(story, '09:01', linked('09:01'));
    story.resolve('09:10', story.problem);
    const told = story.told.length;
    expect(record(story, '09:11', linked('09:11', 'resolved'))).toBe('done: recorded');
    expect(story.told).toHaveLength(told);
    expect(incidentOf(story).linked?.providerStatus).toBe('resolved');
  });

  it('is not set back by a word that comes late', () => {
    const story = firing();
    record(story, '09:11', linked('09:11', 'resolved'));
    expect(record(story, '09:12', linked('09:01'))).toBe('without-effect: known');
    expect(record(story, '09:12', failed('09:02'))).toBe('without-effect: known');
    expect(incidentOf(story).linked?.providerStatus).toBe('resolved');
  });

  it('of a problem that is none is nothing', () => {
    expect(record(firing('P3'), '09:01', linked('09:01'))).toMatch(/^not-found/);
  });
});

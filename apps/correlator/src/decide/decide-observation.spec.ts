import { DEFAULT_RULES } from './rules.js';
import { at, endOf, saying, Story } from './story.spec-support.js';

const startsAt = at('08:59');

describe('an episode', () => {
  it('opens a problem of its own, which is announced', () => {
    const story = new Story();
    expect(story.report('09:00', saying('firing', { startsAt })).map(endOf)).toEqual(['told']);
    expect(story.told).toEqual(['opened v1 firing !']);
    expect(story.problem).toMatchObject({
      title: 'DiskFull',
      severity: 'P2',
      startsAt,
      channel: '#k8s-healthchecks',
    });
    expect(story.problem.timeline.map(({ text }) => text)).toEqual([
      'first report: label severity="warning" means P2; #k8s-healthchecks because no other route is for it',
    ]);
  });

  it('tells nobody anything new when the same delivery comes three times', () => {
    const story = new Story();
    for (const clock of ['09:00', '09:01', '09:02']) story.report(clock, saying('firing', { startsAt }));
    expect(story.told).toEqual(['opened v1 firing !']);
    expect(story.alert).toMatchObject({ observations: 3, lastSeenAt: at('09:02'), episode: 1 });
  });

  it('ends with the word of its source and is told silently', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
    expect(story.alert.resolved).toEqual({ at: at('09:09'), by: 'source' });
  });

  it('is a second one when its source reports a new beginning: a new problem, announced', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
    story.report('09:20', saying('firing', { startsAt: at('09:19') }));
    expect(story.announced).toBe(2);
    expect(story.alerts.map(({ episode }) => episode)).toEqual([1, 2]);
    expect(new Set(story.alerts.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it('ends once: the same end with a later time moves nothing and tells nobody', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
    const [again] = story.report('09:20', saying('resolved', { startsAt, endsAt: at('09:19') }));
    expect(endOf(again)).toBe('repeated');
    expect(story.alert.resolved).toEqual({ at: at('09:09'), by: 'source' });
    expect(story.told).toHaveLength(2);
  });

  it('is one fact when it opens and ends within one transaction', () => {
    const story = new Story();
    story.transaction('09:00', [
      ...story.inputs('09:00', [saying('firing', { startsAt })]),
      ...story.inputs('09:00', [saying('resolved', { startsAt, endsAt: at('09:00') })]),
    ]);
    expect(story.told).toEqual(['opened v1 resolved !']);
  });

  it('is not split by a startsAt that moves with each repeat', () => {
    const story = new Story();
    for (const clock of ['09:00', '09:01', '09:02'])
      story.report(clock, saying('firing', { startsAt: at(clock) }));
    story.report('09:03', saying('resolved', { startsAt: at('09:02'), endsAt: at('09:03') }));
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
  });

  it('is not split by labels that change with each evaluation', () => {
    const story = new Story();
    for (const [index, clock] of ['09:00', '09:01'].entries()) {
      const labels = {
        alertname: 'HighLoad',
        value: `${index}`,
        pod_template_hash: `h${index}`,
        __private__: `${index}`,
      };
      story.report(clock, saying('firing', { startsAt, labels }));
    }
    expect(story.problems).toHaveLength(1);
  });

  it('is another one for another sender', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    const inputs = story.inputs('09:00', [saying('firing', { startsAt })], {
      kind: 'grafana',
      instance: 'second',
    });
    story.transaction('09:00', inputs);
    expect(story.problems).toHaveLength(2);
  });
});

describe('a repeat', () => {
  it('that says something else updates the message silently', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt, annotations: { summary: '91 %' } }));
    const [outcome] = story.report('09:05', saying('firing', { startsAt, annotations: { summary: '95 %' } }));
    expect(endOf(outcome)).toBe('repeated');
    expect(story.told).toEqual(['opened v1 firing !', 'changed v2 firing']);
    expect(story.alert.said.annotations).toEqual({ summary: '95 %' });
  });

  it('that was accepted before what is known does not overwrite it', () => {
    const story = new Story();
    story.report('09:05', saying('firing', { startsAt, annotations: { summary: 'newer' } }));
    story.report('09:00', saying('firing', { startsAt, annotations: { summary: 'older' } }));
    expect(story.alert.said.annotations).toEqual({ summary: 'newer' });
    expect(story.alert).toMatchObject({ observations: 2, lastSeenAt: at('09:05') });
  });
});

describe('a late observation', () => {
  it('of a finished episode does not reopen it', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
    const [outcome] = story.report('09:11', saying('firing', { startsAt }));
    expect(endOf(outcome)).toBe('late');
    expect(story.told).toHaveLength(2);
    expect(story.alert.resolved).toBeDefined();
  });

  it('is a firing that was accepted and began before the end that overtook it', () => {
    const story = new Story();
    const inputs = story.inputs('09:05', [saying('firing', { startsAt: at('09:01') })]);
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') }));
    expect(story.transaction('09:11', inputs).map(endOf)).toEqual(['late']);
  });

  it('is the end of an earlier episode: the present one goes on', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt: at('08:59') }));
    story.report('09:10', saying('firing', { startsAt: at('08:59'), endsAt: at('09:30') }));
    const [outcome] = story.report(
      '09:20',
      saying('resolved', { startsAt: at('08:00'), endsAt: at('08:30') }),
    );
    expect(endOf(outcome)).toBe('late');
    expect(story.alert.resolved).toBeUndefined();
  });

  it('without event times goes by the order of the stream', () => {
    const story = new Story();
    const early = story.inputs('09:01', [saying('firing')]);
    story.report('09:00', saying('firing'));
    story.report('09:10', saying('resolved'));
    expect(story.transaction('09:11', early).map(endOf)).toEqual(['late']);
    expect(story.report('09:12', saying('firing')).map(endOf)).toEqual(['told']);
  });

  it('is an end without a firing: recorded, nobody is told, and its own firing comes too late', () => {
    const story = new Story();
    expect(story.report('09:10', saying('resolved', { startsAt, endsAt: at('09:09') })).map(endOf)).toEqual([
      'late',
    ]);
    expect(story.report('09:11', saying('firing', { startsAt })).map(endOf)).toEqual(['late']);
    expect(story.told).toEqual([]);
    expect(story.problem).toMatchObject({ version: 1 });
    expect(story.report('09:20', saying('firing', { startsAt: at('09:19') })).map(endOf)).toEqual(['told']);
  });
});

describe('the time of an end', () => {
  it.each([
    ['may equal the beginning', at('08:59'), at('08:59')],
    ['is never before the beginning', at('08:00'), at('08:59')],
    ['is at most a minute after its acceptance', at('+1 09:00'), at('09:11')],
    ['is its acceptance where the sender gives none', undefined, at('09:10')],
  ])('%s', (_, endsAt, expected) => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, ...(endsAt === undefined ? {} : { endsAt }) }));
    expect(story.alert.resolved?.at).toBe(expected);
  });

  it('keeps why a sender ended it, where that proves no health', () => {
    const story = new Story();
    story.report('09:00', saying('firing', { startsAt }));
    story.report('09:10', saying('resolved', { startsAt, stateReason: 'MissingSeries' }));
    expect(story.alert.resolved?.reason).toBe('MissingSeries');
    expect(story.problem.timeline.at(-1)?.text).toBe('its source reports the end (MissingSeries)');
  });
});

describe('a route', () => {
  it.each([
    [{ severity: 'critical' }, '#alert-critical'],
    [{ severity: 'P0' }, '#alert-critical'],
    [{ severity: 'info' }, '#k8s-healthchecks'],
    [{ severity: 'critical', env: 'Staging' }, '#monitoring-dev'],
    [{ severity: 'critical', env: 'production' }, '#alert-critical'],
  ])('for %j is %s', (labels, channel) => {
    const story = new Story();
    story.report('09:00', saying('firing', { labels: { alertname: 'A', ...labels } }));
    expect(story.problem.channel).toBe(channel);
  });

  it.each([
    [{ slack_channel: 'team-shop', env: 'staging' }, '#team-shop'],
    [{ slack_channel: '#équipe_1' }, '#équipe_1'],
    [{ slack_channel: '<!channel>' }, '#k8s-healthchecks'],
    [{ slack_channel: 'Team Shop' }, '#k8s-healthchecks'],
    [{ slack_channel: 'C'.repeat(81).toLowerCase() }, '#k8s-healthchecks'],
    [{ slack_channel: '' }, '#k8s-healthchecks'],
  ])('by the label of an alert, where that is asked for: %j is %s', (labels, channel) => {
    const story = new Story({ ...DEFAULT_RULES, channelLabel: 'slack_channel' });
    const given = { labels: { alertname: 'A', severity: 'warning', ...labels } };
    story.report('09:00', saying('firing', given));
    expect(story.problem.channel).toBe(channel);
    const other = new Story();
    other.report('09:00', saying('firing', given));
    expect(other.problem.channel).not.toContain('team');
  });
});

describe('a title', () => {
  it.each([
    [{ alertname: 'DatasourceNoData', rulename: 'Latency' }, {}, 'No data: Latency'],
    [{ alertname: 'DatasourceError', rulename: 'Latency' }, {}, 'Error: Latency'],
    [{ alertname: 'Two\nlines' }, {}, 'Two lines'],
    [{ rulename: 'R' }, {}, 'R'],
    [{}, { summary: 'S' }, 'S'],
    [{}, {}, 'Alert without a name'],
  ])('of %j %j is %s', (labels, annotations, title) => {
    const story = new Story();
    story.report('09:00', saying('firing', { labels, annotations }));
    expect(story.problem.title).toBe(title);
  });
});

import type { RulesFileInput } from '@gomon/contracts';
import { at, endOf, rulesBy, saying, Story } from './story.spec-support.js';

const watchdog = saying('firing', {
  labels: { alertname: 'Watchdog', severity: 'none' },
  startsAt: at('00:00'),
});
const file: RulesFileInput = {
  heartbeats: [{ name: 'prometheus', matchers: ['alertname="Watchdog"'], every: '10m', severity: 'P0' }],
};

describe('a heartbeat', () => {
  it('is no alert, and tells nobody anything', () => {
    const story = new Story(rulesBy(file));
    expect(story.report('09:00', watchdog).map(endOf)).toEqual(['repeated']);
    story.tickHeartbeats('09:09');
    expect([story.alerts, story.facts]).toEqual([[], []]);
  });

  it('raises an alert when it stops, which ends when it is back', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', watchdog);
    story.report('09:08', watchdog);
    story.tickHeartbeats('09:17:59');
    expect(story.facts).toEqual([]);
    story.tickHeartbeats('09:18');
    story.tickHeartbeats('09:30');
    expect(story.problem).toMatchObject({ severity: 'P0', title: 'HeartbeatMissing', startsAt: at('09:18') });
    expect(story.alert.said).toMatchObject({
      labels: { heartbeat: 'prometheus', source: 'grafana/default' },
      annotations: { summary: 'prometheus of grafana/default was heard last at 09:08 UTC' },
    });
    story.report('09:40', watchdog);
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
    story.tickHeartbeats('09:50');
    expect(story.problems.map(({ startsAt }) => startsAt)).toEqual([at('09:18'), at('09:50')]);
  });

  it('is not its end, whatever else is waited for', () => {
    const story = new Story(
      rulesBy({ heartbeats: [...(file.heartbeats ?? []), { name: 'aws', sources: ['aws'], every: '1h' }] }),
    );
    story.report('09:00', watchdog);
    story.report('09:08', { ...watchdog, status: 'resolved' });
    story.tickHeartbeats('09:10');
    expect(story.told).toEqual(['opened v1 firing !']);
  });

  it('is missed by no time in which we did not listen', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', watchdog);
    story.tickHeartbeats('12:00', '11:55');
    expect(story.facts).toEqual([]);
    story.tickHeartbeats('12:05', '11:55');
    expect(story.announced).toBe(1);
  });

  it('of a source is each of its reports, which are told all the same', () => {
    const story = new Story(
      rulesBy({ heartbeats: [{ name: 'grafana', sources: ['grafana'], every: '30m' }] }),
    );
    expect(story.report('09:00', saying('firing')).map(endOf)).toEqual(['told']);
    expect(story.report('09:20', saying('resolved')).map(endOf)).toEqual(['told']);
    story.tickHeartbeats('09:49');
    expect(story.announced).toBe(1);
    story.tickHeartbeats('09:50');
    expect(story.problems.map(({ title }) => title)).toEqual(['DiskFull', 'HeartbeatMissing']);
  });

  it('of a source is each of its snapshots, also of one that holds nothing', () => {
    const story = new Story(
      rulesBy({ heartbeats: [{ name: 'cluster', sources: ['kubernetes'], every: '5m' }] }),
    );
    story.look('09:00', []);
    story.look('09:04', []);
    story.tickHeartbeats('09:08:59');
    expect(story.facts).toEqual([]);
    story.tickHeartbeats('09:09');
    expect(story.told).toEqual(['opened v1 firing !']);
    story.look('09:10', []);
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
    story.tickHeartbeats('09:15');
    expect(story.announced).toBe(2);
  });

  it('that is an alert is no snapshot of its source', () => {
    const story = new Story(
      rulesBy({
        heartbeats: [
          { name: 'probe', sources: ['kubernetes'], matchers: ['alertname="Probe"'], every: '5m' },
        ],
      }),
    );
    const probe = { ...watchdog, labels: { alertname: 'Probe' }, senderFingerprint: 'probe' };
    story.look('09:00', [probe]);
    story.look('09:04', []);
    story.tickHeartbeats('09:05');
    expect(story.problem.title).toBe('HeartbeatMissing');
  });

  it('without a time is waited for as long as alerts of its source are', () => {
    const story = new Story();
    story.report('09:00', watchdog);
    story.tickHeartbeats('14:59');
    expect(story.facts).toEqual([]);
    story.tickHeartbeats('15:00');
    expect(story.problem.severity).toBe('P1');
  });

  it('of each source is one', () => {
    const story = new Story(rulesBy(file));
    const other = { kind: 'alertmanager', instance: 'eu' };
    story.report('09:00', watchdog);
    story.transaction('09:05', story.inputs('09:05', [watchdog], other));
    story.tickHeartbeats('09:11');
    story.tickHeartbeats('09:15');
    expect(story.alerts.map(({ said }) => said.labels['source'])).toEqual([
      'grafana/default',
      'alertmanager/eu',
    ]);
  });

  it('that was heard before it was missed, and is decided after it, is missed on', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', watchdog);
    story.tickHeartbeats('09:10');
    story.report('09:05', watchdog);
    expect(story.told).toEqual(['opened v1 firing !']);
    story.report('09:11', watchdog);
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
  });

  it('that the rules know no longer is missed no longer', () => {
    const story = new Story(rulesBy(file));
    story.report('09:00', watchdog);
    story.tickHeartbeats('09:10');
    story.rules = rulesBy({ heartbeats: [] });
    story.tickHeartbeats('09:20');
    expect(story.told).toEqual(['opened v1 firing !', 'resolved v2 resolved']);
  });
});

import {
  book,
  decideNow,
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from '../rules/rule-book.js';
import { applyRulesFile } from '../rules/rules-versions.js';
import { decideDue } from './due.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

let looks = 0;

async function due(watermark: string, listeningSince: string): Promise<readonly string[]> {
  const time = { watermark, listeningSince };
  looks += 1;
  const now = new Date(Date.parse(watermark) + looks).toISOString();
  const { outbox } = await decideDue(test.database, 'default', time, book, () => now);
  return outbox.map(({ subject }) => subject);
}

it('what comes due is decided in the time of the watermark, and counts silence only while we listened', async () => {
  await decideNow(test.database, [delivered([firing('Silent')], { acceptedAt: '2026-03-01T09:00:00.000Z' })]);
  expect(await due('2026-03-01T14:59:00.000Z', '2026-03-01T08:00:00.000Z')).toEqual([]);
  // An outage of ours from 10:00 to 16:00: nothing could reach us, and nothing is overdue.
  expect(await due('2026-03-01T16:00:00.000Z', '2026-03-01T16:00:00.000Z')).toEqual([]);
  expect(await due('2026-03-01T21:59:00.000Z', '2026-03-01T16:00:00.000Z')).toEqual([]);
  expect(await due('2026-03-01T22:00:00.000Z', '2026-03-01T16:00:00.000Z')).toEqual([
    'gomon.problem.v1.normal.resolved',
    'gomon.alert.v1.changed',
  ]);
});

it('problems that nobody acknowledges are reminded of, and heartbeats that stop raise an alert', async () => {
  const beat = firing('Watchdog', { labels: { alertname: 'Watchdog' } });
  const urgent = firing('Down', { labels: { alertname: 'Down', severity: 'critical' } });
  const acceptedAt = '2026-03-02T09:00:00.000Z';
  await decideReports(test.database, [delivered([beat, urgent], { acceptedAt })], book, () => acceptedAt);
  const since = '2026-03-02T00:00:00.000Z';
  expect(await due('2026-03-02T09:04:59.000Z', since)).toEqual([]);
  expect(await due('2026-03-02T09:05:00.000Z', since)).toEqual([
    'gomon.problem.v1.urgent.changed',
    'gomon.incident.v1.changed',
    'gomon.alert.v1.changed',
  ]);
  expect(await due('2026-03-02T14:59:00.000Z', since)).not.toContain('gomon.problem.v1.urgent.opened');
  expect(await due('2026-03-02T15:00:00.000Z', since)).toContain('gomon.problem.v1.urgent.opened');
  // Each look does one thing; nothing is due after that.
  for (let again = 0; again < 10; again += 1) await due('2026-03-02T15:30:00.000Z', since);
  expect(await due('2026-03-02T15:30:00.000Z', since)).toEqual([]);
});

it('a source whose snapshots stop is missed, and found again by one that holds nothing', async () => {
  await applyRulesFile(
    test.database,
    'heartbeats: [{ name: cluster, sources: [kubernetes], every: 5m, severity: P2 }]\nhold: 0s\n',
  );
  const rules = new RuleBook('opsgenie', () => undefined);
  const look = async (acceptedAt: string) => {
    const { event, ...delivery } = delivered([], { acceptedAt, scope: 'east' });
    const data = {
      ...event.data,
      kind: 'snapshot' as const,
      source: { kind: 'kubernetes', instance: 'east' },
      snapshot: { extent: 'pods/shop', holds: [] },
    };
    const { outbox } = await decideReports(
      test.database,
      [{ ...delivery, event: { ...event, data } }],
      rules,
      () => acceptedAt,
    );
    return outbox.map(({ subject }) => subject);
  };
  const missedBy = async (watermark: string) => {
    const time = { watermark, listeningSince: '2026-03-03T00:00:00.000Z' };
    const { outbox } = await decideDue(test.database, 'east', time, rules, () => watermark);
    return outbox.map(({ subject }) => subject);
  };
  expect(await look('2026-03-03T09:00:00.000Z')).toEqual([]);
  expect(await look('2026-03-03T09:04:00.000Z')).toEqual([]);
  expect(await missedBy('2026-03-03T09:08:59.000Z')).toEqual([]);
  expect(await missedBy('2026-03-03T09:09:00.000Z')).toContain('gomon.problem.v1.normal.opened');
  expect(await look('2026-03-03T09:10:00.000Z')).toContain('gomon.problem.v1.normal.resolved');
});

import {
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { findAlerts } from '../query/find-alerts.js';
import { decideReports } from '../reports/decide-reports.js';
import { decideDue } from '../ticks/due.js';
import { RuleBook } from './rule-book.js';
import { applyRulesFile } from './rules-versions.js';

let test: TestDatabase;
const book = new RuleBook('opsgenie', () => undefined);

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

const acceptedAt = '2026-03-01T09:00:00.000Z';
let minute = 0;

const about = (alertname: string, severity: string) => ({
  labels: { alertname, severity, cluster: 'y' },
  startsAt: acceptedAt,
});

async function report(...observations: Parameters<typeof delivered>[0]): Promise<readonly string[]> {
  minute += 1;
  const now = new Date(Date.parse(acceptedAt) + minute * 60_000).toISOString();
  const delivery = delivered(observations, { acceptedAt: now });
  return (await decideReports(test.database, [delivery], book, () => now)).outbox.map(
    ({ subject }) => subject,
  );
}

async function due(): Promise<readonly string[]> {
  const now = new Date(Date.parse(acceptedAt) + minute * 60_000 + 1).toISOString();
  const time = { watermark: now, listeningSince: '' };
  return (await decideDue(test.database, 'default', time, book, () => now)).outbox.map(
    ({ subject }) => subject,
  );
}

async function mutedNames(): Promise<readonly string[]> {
  return (await findAlerts(test.database, { limit: 10, muted: true })).items.map(({ title }) => title);
}

const RULES = `
inhibit:
  - { name: severe, source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [cluster] }
`;
const opened = 'gomon.problem.v1.normal.opened';

it('what is open is looked at by rules that come into force', async () => {
  // It fires before there is any rule by which it mutes others.
  await report(firing('Down', about('Down', 'critical')));
  await applyRulesFile(test.database, RULES);
  expect(await report(firing('Slow', about('Slow', 'warning')))).toEqual(['gomon.alert.v1.changed']);
  expect(await mutedNames()).toEqual(['Slow']);
  // The same rule in another version of the file mutes on; a rule that is gone does not.
  await applyRulesFile(test.database, `${RULES}\nhold: 0s\n`);
  expect(await due()).not.toContain(opened);
  expect(await mutedNames()).toEqual(['Slow']);
  await applyRulesFile(test.database, 'hold: 0s\n');
  expect(await due()).toContain(opened);
  expect(await mutedNames()).toEqual([]);
});

it('nothing inhibited rings because of a restart, and the end of what mutes is seen by another process', async () => {
  await applyRulesFile(test.database, `${RULES}\nhold: 500ms\n`);
  await report(firing('Slow2', about('Slow2', 'warning')));
  expect(await mutedNames()).toEqual(['Slow2']);
  const other = new RuleBook('opsgenie', () => undefined);
  const later = new Date(Date.parse(acceptedAt) + 3_600_000).toISOString();
  const time = { watermark: later, listeningSince: later };
  const afterRestart = await decideDue(test.database, 'default', time, other, () => later);
  expect(afterRestart.outbox.map(({ subject }) => subject)).not.toContain(opened);
  minute = 61;
  await report(resolved('Down', { ...about('Down', 'critical'), endsAt: later }));
  expect(await due()).toContain(opened);
});

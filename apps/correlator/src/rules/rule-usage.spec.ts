import { register } from 'prom-client';
import {
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import type { Database } from '../database/database.js';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from './rule-book.js';
import { RuleMatchesWriter } from './rule-matches-writer.js';
import { findRuleUsage } from './rule-usage.js';
import { applyRulesFile } from './rules-versions.js';

const AT = '2026-03-05T09:00:00.000Z';
const RULES = `severity:
  - { name: used, matchers: ['team="used"'], severity: P1 }
  - { name: typo, matchers: ['teem="other"'], severity: P1 }
`;

let test: TestDatabase;

beforeEach(async () => {
  test = await startTestDatabase();
  await applyRulesFile(test.database, RULES);
}, 60_000);
afterEach(() => test.stop());

const newBook = () => new RuleBook('opsgenie', () => undefined);

let alertsMade = 0;

/** A process that decides some new alerts by a rule, writes what it has counted, and ends. */
async function aProcess(alerts: number, at: string, database: Database = test.database): Promise<void> {
  const book = newBook();
  for (let made = 0; made < alerts; made += 1) {
    const alertname = `Alert${(alertsMade += 1)}`;
    const report = delivered([firing(alertname, { labels: { alertname, team: 'used' } })]);
    await decideReports(database, [report], book, () => at);
  }
  const writer = new RuleMatchesWriter(database, book, () => undefined);
  writer.start();
  await writer.stop();
}

async function usage(now: string) {
  const items = await findRuleUsage(test.database, await newBook().inForce(test.database), now);
  return items.filter(({ section }) => section === 'severity');
}

it('is kept over restarts and replicas, and says what has matched nothing for 30 days', async () => {
  await aProcess(2, AT);
  await Promise.all([aProcess(1, '2026-03-06T09:00:00.000Z'), aProcess(2, AT, await test.another())]);
  const since = expect.any(String) as string;
  const used = { section: 'severity', rule: 'used', matches: 5, since, lastAt: '2026-03-06T09:00:00.000Z' };
  const typo = { section: 'severity', rule: 'typo', matches: 0, since };
  expect(await usage('2026-04-05T09:00:00.000Z')).toEqual([
    { ...used, unused: false },
    { ...typo, unused: false },
  ]);
  expect(await usage('2999-01-01T00:00:00.000Z')).toEqual([
    { ...used, unused: true },
    { ...typo, unused: true },
  ]);
  const metric = await register.getSingleMetricAsString('gomon_rule_matches_total');
  expect(metric).toContain('{section="severity",rule="used"} 5');
  expect(metric).toContain('{section="severity",rule="typo"} 0');
});

it('counts nothing that was not committed, and nothing twice', async () => {
  const book = newBook();
  const labels = { alertname: 'A', team: 'used' };
  const broken = delivered([firing('A', { labels, annotations: { summary: 'a\u0000b' } })], { id: 'broken' });
  await expect(decideReports(test.database, [broken], book, () => AT)).rejects.toMatchObject({
    code: '22P05',
  });
  expect(book.matches.take()).toEqual([]);
  const good = delivered([firing('A', { labels })], { id: 'good' });
  for (let delivery = 1; delivery <= 2; delivery += 1)
    await decideReports(test.database, [good], book, () => AT);
  expect(book.matches.take()).toContainEqual({ section: 'severity', rule: 'used', matches: 1, lastAt: AT });
});

it('waits for PostgreSQL, and is written when it is back', async () => {
  const book = newBook();
  const report = delivered([firing('A', { labels: { alertname: 'A', team: 'used' } })]);
  await decideReports(test.database, [report], book, () => AT);
  await test.database.query('alter table rule_matches rename to away');
  const logged: string[] = [];
  const failing = new RuleMatchesWriter(test.database, book, (_level, message) => void logged.push(message));
  failing.start();
  await failing.stop();
  expect(new Set(logged)).toEqual(new Set(['how often rules match cannot be written yet']));
  await test.database.query('alter table away rename to rule_matches');
  const writer = new RuleMatchesWriter(test.database, book, () => undefined);
  writer.start();
  await writer.stop();
  expect(await usage('2026-03-06T00:00:00.000Z')).toMatchObject([
    { rule: 'used', matches: 1, lastAt: AT },
    {},
  ]);
});

import {
  decideNow,
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { archiveOldAlerts } from '../housekeeping/retention.js';
import { findLabelNames } from './find-label-names.js';

const MARCH = '2026-03-20T09:00:00.000Z';
const DAY_MS = 24 * 3_600_000;

let test: TestDatabase;

beforeEach(async () => {
  test = await startTestDatabase();
}, 60_000);
afterEach(() => test.stop());

/** An alert with a label of its own, heard of then. */
async function heard(label: string, acceptedAt: string): Promise<void> {
  const labels = { alertname: `With ${label}`, [label]: 'x' };
  await decideNow(test.database, [delivered([firing(label, { labels })], { acceptedAt })], () => acceptedAt);
}

it('the labels are those of active and archived alerts of the last 30 days, each once', async () => {
  expect(await findLabelNames(test.database, MARCH)).toEqual({
    since: '2026-02-18T09:00:00.000Z',
    alerts: 0,
    names: [],
    complete: true,
  });
  const now = new Date();
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS).toISOString();
  await heard('forgotten', before(60));
  await heard('archived', before(2));
  await heard('active', before(1));
  await test.database.query(
    `update alerts_active set resolved_at = first_seen_at, updated_at = first_seen_at
     where labels ? 'archived'`,
  );
  expect(await archiveOldAlerts(test.database, 'default', new Date(now.getTime() + 30 * DAY_MS))).toBe(1);
  const { alerts, names } = await findLabelNames(test.database, now.toISOString());
  expect([alerts, names]).toEqual([2, ['active', 'alertname', 'archived']]);
});

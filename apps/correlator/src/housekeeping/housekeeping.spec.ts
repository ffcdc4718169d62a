import {
  decideNow,
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { makePartitions, monthsFrom } from './partitions.js';
import { archiveOldAlerts, deleteOld } from './retention.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

it('months follow each other over the end of a year', () => {
  expect(monthsFrom(new Date('2026-11-25T10:00:00Z'), 3)).toEqual([
    { suffix: '2026_11', from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' },
    { suffix: '2026_12', from: '2026-12-01T00:00:00Z', to: '2027-01-01T00:00:00Z' },
    { suffix: '2027_01', from: '2027-01-01T00:00:00Z', to: '2027-02-01T00:00:00Z' },
  ]);
});

it('rows go to the partition of their month, and making partitions again changes nothing', async () => {
  await makePartitions(test.database, new Date());
  await makePartitions(test.database, new Date());
  await decideNow(test.database, [delivered([firing('Dated')])]);
  const partitions = await test.database.query<{ name: string }>(
    `select distinct tableoid::regclass::text as name from alert_actions`,
  );
  expect(partitions.map(({ name }) => name)).toEqual([
    `alert_actions_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
  ]);
});

it('what ended a month ago moves to the archive; what fires stays', async () => {
  await decideNow(test.database, [delivered([firing('Ended'), resolved('Ended'), firing('Fires')])]);
  const soon = new Date('2026-03-30T09:00:00Z');
  const later = new Date('2026-04-02T09:00:00Z');
  expect(await archiveOldAlerts(test.database, 'default', soon)).toBe(0);
  expect(await archiveOldAlerts(test.database, 'default', later)).toBe(1);
  expect(await archiveOldAlerts(test.database, 'default', later)).toBe(0);
  const titles = await test.database.query<{ title: string }>(`select title from alerts_archive`);
  expect(titles).toEqual([{ title: 'Ended' }]);
});

it('inbox and explanations are forgotten after a month, and the ledger keeps its counts', async () => {
  const before = await test.database.query(`select reports, observations from ledger`);
  expect(await deleteOld(test.database, new Date())).toBe(0);
  expect(await deleteOld(test.database, new Date(Date.now() + 31 * 24 * 60 * 60_000))).toBeGreaterThan(0);
  expect(await test.database.query(`select * from reports`)).toEqual([]);
  expect(await test.database.query(`select reports, observations from ledger`)).toEqual(before);
});

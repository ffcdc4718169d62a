import {
  book,
  decideNow,
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { decideDue } from './due.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

async function due(watermark: string, listeningSince: string): Promise<readonly string[]> {
  const time = { watermark, listeningSince };
  const { outbox } = await decideDue(test.database, 'default', time, book, () => watermark);
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

import type { ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import { startPostgres, type Postgres } from '@gomon/testing';
import fc from 'fast-check';
import { Database } from '../database/database.js';
import { delivered, firing, resolved } from '../database/test-database.spec-support.js';
import { unpacked } from '../outbox/outbox-row.js';
import { OUTBOX_COLUMNS, outboxRowOf, type StoredOutboxRow } from '../outbox/outbox-table.js';
import { RuleBook } from '../rules/rule-book.js';
import { decideReports } from './decide-reports.js';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop('immediate'));

const CONDITIONS = 6;
const BEGAN = Date.parse('2026-03-01T09:00:00.000Z');
const clock = () => '2026-03-01T12:00:00.000Z';

/** What each of some conditions does in one moment; those of one moment may be decided in any order. */
const moment = fc.array(fc.constantFrom('fires', 'fires', 'ends', 'is repeated', 'nothing'), {
  minLength: CONDITIONS,
  maxLength: CONDITIONS,
});
type Moment = readonly string[];

/** The reports of a life, by moment; each is one delivery. */
function reportsOf(moments: readonly Moment[]): readonly (readonly Delivery<ObservedEvent>[])[] {
  const startsAt = new Map<number, string>();
  return moments.map((each, minute) => {
    const at = new Date(BEGAN + minute * 60_000).toISOString();
    return each.flatMap((what, condition) => {
      const isOpen = startsAt.has(condition);
      if (what === 'nothing' || (what !== 'fires' && !isOpen)) return [];
      if (what === 'fires') startsAt.set(condition, at);
      const about = {
        labels: { alertname: `C${condition}`, severity: condition % 2 === 0 ? 'critical' : 'warning' },
        startsAt: startsAt.get(condition) ?? at,
      };
      if (what === 'ends') startsAt.delete(condition);
      const observation =
        what === 'ends'
          ? resolved(`C${condition}`, { ...about, endsAt: at })
          : firing(`C${condition}`, about);
      const id = `report-${minute}-${condition}`;
      return delivered([observation], { id, acceptedAt: at, seq: minute * CONDITIONS + condition + 1 });
    });
  });
}

/** A replica: its own connections, and its own copy of the rules. */
interface Replica {
  readonly database: Database;
  readonly book: RuleBook;
}

async function replicas(url: string, count: number): Promise<readonly Replica[]> {
  const all = Array.from({ length: count }, () => ({
    database: new Database(url, () => undefined),
    book: new RuleBook('opsgenie', () => undefined),
  }));
  for (const { database } of all) await database.start();
  return all;
}

/** Decides a delivery, by another replica when one dies of it, as the stream would deliver it again. */
async function decide(
  all: readonly Replica[],
  first: number,
  delivery: Delivery<ObservedEvent>,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const replica = all[(first + attempt) % all.length];
    if (replica === undefined) throw new Error('no replica');
    try {
      await decideReports(replica.database, [delivery], replica.book, clock);
      return;
    } catch (error) {
      if (attempt > 50) throw error;
    }
  }
}

/** Everything that a reader can see: alerts, problems, and each fact that is to be published. */
async function endOf(database: Database): Promise<unknown> {
  const alerts = await database.query(
    `select id, fingerprint, episode, status, observations, resolved, changes from alerts_active order by id`,
  );
  const problems = await database.query(
    `select id, version, severity, announced ->> 'why' as announced, untold, timeline from problems order by id`,
  );
  const rows = await database.query<StoredOutboxRow>(
    `select ${OUTBOX_COLUMNS} from outbox where subject like 'gomon.problem%'`,
  );
  const facts = rows
    .map(outboxRowOf)
    .flatMap(unpacked)
    .map(({ id, subject }) => `${subject} ${id}`);
  const actions = await database.query(
    `select alert_id, action, why from alert_actions order by alert_id, action, why`,
  );
  return { alerts, problems, facts: facts.sort(), actions };
}

/** Breaks every connection of the replicas, in the middle of whatever they do. */
async function kill(watcher: Database): Promise<void> {
  await watcher.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name = 'gomon-correlator'`,
  );
}

it('three correlators at once, killed in between, end in what one ends in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(moment, { minLength: 3, maxLength: 8 }),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      async (moments, kills) => {
        const reports = reportsOf(moments);
        const [alone] = await replicas(await postgres.createDatabase(), 1);
        const url = await postgres.createDatabase();
        const three = await replicas(url, 3);
        const watcher = new Database(url, () => undefined);
        await watcher.start();
        if (alone === undefined) throw new Error('no replica');
        try {
          for (const [minute, deliveries] of reports.entries()) {
            for (const delivery of deliveries) await decide([alone], 0, delivery);
            const all = deliveries.map((delivery, index) => decide(three, index, delivery));
            // Each is delivered twice: to two replicas at once.
            const again = deliveries.map((delivery, index) => decide(three, index + 1, delivery));
            if (kills[minute] === true) await kill(watcher).catch(() => undefined);
            await Promise.all([...all, ...again]);
          }
          expect(await endOf(watcher)).toEqual(await endOf(alone.database));
        } finally {
          for (const { database } of [alone, ...three]) await database.stop();
          await watcher.stop();
        }
      },
    ),
    { numRuns: 6 },
  );
}, 120_000);

import { eventOf, type Observation, type ObservedEvent } from '@gomon/contracts';
import type { Delivery } from '@gomon/messaging';
import { startPostgres, type Postgres } from '@gomon/testing';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from '../rules/rule-book.js';
import { Database } from './database.js';

export interface TestDatabase {
  readonly postgres: Postgres;
  readonly url: string;
  readonly database: Database;
  /** Another connection to the same database, as another replica would have. */
  another(): Promise<Database>;
  stop(): Promise<void>;
}

/** A migrated database on a PostgreSQL of its own. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const databases: Database[] = [];
  const another = async () => {
    const database = new Database(url, () => undefined);
    databases.push(database);
    await database.start();
    return database;
  };
  return {
    postgres,
    url,
    database: await another(),
    another,
    async stop() {
      await Promise.all(databases.map((database) => database.stop()));
      await postgres.stop('immediate');
    },
  };
}

/** By the default rules, until others are applied. */
export const book = new RuleBook('opsgenie', () => undefined);

let reports = 0;

/** A report as the stream would deliver it. */
export function delivered(
  observations: readonly Observation[],
  more: {
    id?: string;
    seq?: number;
    place?: { index: number; of: number };
    acceptedAt?: string;
    scope?: string;
  } = {},
): Delivery<ObservedEvent> {
  reports += 1;
  const id = more.id ?? `report-${reports}`;
  const acceptedAt = more.acceptedAt ?? new Date(Date.UTC(2026, 2, 1, 9, 0, reports)).toISOString();
  return {
    event: eventOf(
      'gomon.observed.v1',
      {
        kind: 'delta' as const,
        scope: more.scope ?? 'default',
        source: { kind: 'grafana', instance: 'default' },
        acceptedAt,
        observations: [...observations],
      },
      { id, source: 'gomon/ingest', time: new Date(acceptedAt) },
    ),
    subject: 'gomon.observed.v1.normal.grafana',
    seq: more.seq ?? reports,
    ...(more.place === undefined ? {} : { place: more.place }),
    attempt: 1,
    publishedAt: new Date(acceptedAt),
    headers: {},
  };
}

export function firing(alertname: string, more: Partial<Observation> = {}): Observation {
  return {
    status: 'firing',
    labels: { alertname },
    annotations: {},
    startsAt: '2026-03-01T08:59:00.000Z',
    ...more,
  };
}

export function resolved(alertname: string, more: Partial<Observation> = {}): Observation {
  return { ...firing(alertname), status: 'resolved', endsAt: '2026-03-01T09:30:00.000Z', ...more };
}

/** Decides reports in one transaction and returns the subjects of the facts. */
export async function decideNow(
  database: Database,
  deliveries: readonly Delivery<ObservedEvent>[],
  clock = () => new Date().toISOString(),
): Promise<readonly string[]> {
  const { outbox } = await decideReports(database, deliveries, book, clock);
  return outbox.map(({ subject }) => subject);
}

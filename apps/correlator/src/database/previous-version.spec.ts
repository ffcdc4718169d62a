import {
  decideNow,
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from './test-database.spec-support.js';
import { DataSource } from 'typeorm';
import { findAlerts } from '../query/find-alerts.js';
import { migrations } from './migrations/migrations.js';

/** What the version before this one writes: during a rollout it works beside this one, on the newer schema. */
const ALERT_COLUMNS = `id, scope, fingerprint, source_kind, source_instance, episode, severity, title, labels, details,
  starts_at, latest_starts_at, first_seen_at, last_seen_at, updated_at, observations, heard_at, heard_seq,
  acknowledged_at, acknowledged, assigned_to, assigned, resolved_at, resolved, ended_by_source_at, ended_by_source_seq, correlation_id, due_at,
  extent, missed_looks`;
const PROBLEM_COLUMNS = `id, scope, version, severity, title, source_kind, source_instance, primary_alert_id, starts_at,
  opened_at, updated_at, acknowledged_at, acknowledged, escalated_at, escalated, assigned_to, assigned,
  resolved_at, resolved, archived_at, archived, channel, timeline, announced, told, untold`;
const SINCE = 'TimeAndQuiet1764450000000';

const AT = '2026-03-01T09:00:00.000Z';
const ID = '019ca8a0-3e80-79e6-bb51-2631baf662d9';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

/** As it wrote rows: from JSON, all of its columns, over what is there. */
async function write(table: string, columns: string, row: Record<string, unknown>): Promise<void> {
  const assignments = columns
    .split(',')
    .map((column) => column.trim())
    .filter((column) => column !== 'id')
    .map((column) => `${column} = excluded.${column}`);
  await test.database.query(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)
     on conflict (id) do update set ${assignments.join(', ')}`,
    [JSON.stringify([row])],
  );
}

it('the version before this one works on this schema, and this one reads what it writes', async () => {
  const alert = {
    id: ID,
    scope: 'default',
    fingerprint: 'old',
    source_kind: 'grafana',
    source_instance: 'default',
    episode: 1,
    severity: 'P2',
    title: 'Old',
    labels: { alertname: 'Old', namespace: 'shop' },
    details: { annotations: { description: 'of old' } },
    first_seen_at: AT,
    last_seen_at: AT,
    updated_at: AT,
    observations: 1,
    heard_at: AT,
    heard_seq: 1,
    correlation_id: ID,
    missed_looks: 0,
  };
  const problem = {
    id: ID,
    scope: 'default',
    version: 1,
    severity: 'P2',
    title: 'Old',
    source_kind: 'grafana',
    source_instance: 'default',
    primary_alert_id: ID,
    starts_at: AT,
    opened_at: AT,
    updated_at: AT,
    channel: '#a',
    timeline: [],
    told: [],
    untold: [],
  };
  for (const observations of [1, 2]) await write('alerts_active', ALERT_COLUMNS, { ...alert, observations });
  await write('problems', PROBLEM_COLUMNS, problem);
  await test.database.query(
    `insert into ledger (scope, reports, announced, followed, observations, repeated, late, to_tell, watermark)
     values ('default', 1, 0, 0, 1, 0, 0, 1, $1)
     on conflict (scope) do update set reports = ledger.reports + excluded.reports`,
    [AT],
  );
  await test.database.query(
    `insert into alert_actions (id, at, alert_id, problem_id, action, actor, why, before, cause)
     values ($1, $2, $1, $1, 'fired', '{}', 'w', null, 'report:old')`,
    [ID, AT],
  );
  await test.database.query(
    `insert into decisions (cause, scope, at, decided) values ('report:old', 'default', $1, '[]')`,
    [AT],
  );
  await test.database.query(`insert into outbox (id, subject, body) values ('old', 's', '{}')`);
  const { items } = await findAlerts(test.database, { limit: 1, status: ['firing'] });
  expect(items).toMatchObject([{ id: ID, title: 'Old', observations: 2, about: {} }]);
  const [row] = await test.database.query(
    `select status, source, description, created_at from alerts_active where id = $1`,
    [ID],
  );
  expect(row).toEqual({
    status: 'firing',
    source: 'grafana',
    description: 'of old',
    created_at: new Date(AT),
  });
});

it('the newest migrations are undone and done again with alerts in the tables', async () => {
  const labels = { alertname: 'Kept', namespace: 'shop', severity: 'critical' };
  await decideNow(test.database, [delivered([firing('Kept', { labels }), firing('Gone'), resolved('Gone')])]);
  const source = new DataSource({
    type: 'postgres',
    url: test.url,
    migrations: [...migrations],
    migrationsTransactionMode: 'all',
  });
  await source.initialize();
  const newest = migrations.slice(migrations.findIndex(({ name }) => name === SINCE));
  const read = () =>
    source.query<unknown>(`select id, title, severity, labels, resolved_at from alerts_active order by id`);
  const before = await read();
  let undone = 0;
  while (undone++ < newest.length) await source.undoLastMigration();
  expect(await read()).toEqual(before);
  await source.runMigrations();
  expect(await read()).toEqual(before);
  const after = await findAlerts(test.database, { limit: 10, severity: ['P1'] });
  expect(after.items.map(({ title }) => title)).toEqual(['Kept']);
  await source.destroy();
});

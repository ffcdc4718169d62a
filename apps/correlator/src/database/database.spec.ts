import { startPostgres, startTcpProxy, type Postgres } from '@gomon/testing';
import { decideNow, delivered, firing } from './test-database.spec-support.js';
import { isDatabaseAway } from './database-error.js';
import { Database } from './database.js';
import { postgresDurability } from './postgres-durability.js';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop('immediate'));

function databaseAt(url: string): Database {
  return new Database(url, () => undefined);
}

it('five replicas that start at once on an empty database migrate it once', async () => {
  const url = await postgres.createDatabase();
  const replicas = Array.from({ length: 5 }, () => databaseAt(url));
  await Promise.all(replicas.map((replica) => replica.start()));
  const [first] = replicas;
  const names = await first?.query<{ name: string }>('select name from migrations order by id');
  expect(names?.map(({ name }) => name)).toEqual([
    'FirstLine1764000000000',
    'IncidentsAndClusters1764090000000',
    'ReportsShareMessages1764180000000',
    'Rules1764270000000',
    'WhatPeopleDo1764360000000',
    'TimeAndQuiet1764450000000',
    'ColumnsByTheirNames1764540000000',
    'OutboxIsCompressed1764630000000',
    'RuleMatches1764725000000',
    'SilencesSayWhoseOnce1764815000000',
    'ProblemsOfMany1764900000000',
    'CommandsSayWhereTheyAreStored1764985000000',
    'WhatPeoplePlaced1764990000000',
    'Storms1765080000000',
    'GraphChanges1765166400000',
    'IncidentsWait1765252800000',
  ]);
  expect(await first?.query(`select from pg_locks where locktype = 'advisory'`)).toEqual([]);
  await Promise.all(replicas.map((replica) => replica.stop()));
});

it('every time has a zone, and comes back as it was whatever zone the server has', async () => {
  const url = await postgres.createDatabase();
  const database = databaseAt(`${url}?options=-c%20timezone%3DAmerica%2FSt_Johns`);
  await database.start();
  const without = await database.query(
    `select from information_schema.columns where table_schema = 'public' and data_type = 'timestamp without time zone'
     and table_name <> 'migrations'`,
  );
  expect(without).toEqual([]);
  const startsAt = '2026-03-29T01:30:00.123Z';
  await decideNow(database, [delivered([firing('Zoned', { startsAt })])]);
  const [row] = await database.query<{ starts_at: Date }>('select starts_at from alerts_active');
  expect(row?.starts_at.toISOString()).toBe(startsAt);
  await database.stop();
});

it('sequential scans are off, in a transaction or not', async () => {
  const database = databaseAt(await postgres.createDatabase());
  await database.start();
  const show = 'show enable_seqscan';
  expect(await database.query(show)).toEqual([{ enable_seqscan: 'off' }]);
  expect(await database.transaction([], (tx) => tx.query(show))).toEqual([{ enable_seqscan: 'off' }]);
  await database.stop();
});

it('what PostgreSQL syncs is read from it', async () => {
  const url = await postgres.createDatabase();
  const safe = databaseAt(url);
  const hasty = databaseAt(`${url}?options=-c%20synchronous_commit%3Doff`);
  await Promise.all([safe.start(), hasty.start()]);
  expect(await postgresDurability(safe)).toEqual({ kind: 'synced' });
  expect(await postgresDurability(hasty)).toEqual({
    kind: 'window',
    ms: 600,
    because: 'synchronous_commit is off',
  });
  await Promise.all([safe.stop(), hasty.stop()]);

  const careless = await startPostgres({ fsync: false });
  const database = databaseAt(await careless.createDatabase());
  await database.start();
  expect(await postgresDurability(database)).toEqual({ kind: 'unbounded', because: 'fsync is off' });
  await database.stop();
  await careless.stop('immediate');
});

describe('a transaction', () => {
  const insert = (id: string | null) => ({
    sql: `insert into outbox (id, subject, body) values ($1, 'a', 'b')`,
    parameters: [id],
  });
  let database: Database;
  const idsThere = async () =>
    (await database.query<{ id: string }>('select id from outbox order by id')).map(({ id }) => id);

  beforeAll(async () => {
    database = databaseAt(await postgres.createDatabase());
    await database.start();
  });
  afterAll(() => database.stop());

  it('sends statements while they are made, in their order, and a read sees them', async () => {
    await database.transaction(['a', 'b'], async (tx) => {
      tx.send([insert('one')]);
      tx.send([insert('two'), { sql: `update outbox set body = 'c' where id = 'two'`, parameters: [] }]);
      expect(await tx.query('select id, body from outbox order by id')).toEqual([
        { id: 'one', body: 'b' },
        { id: 'two', body: 'c' },
      ]);
    });
    expect(await idsThere()).toEqual(['one', 'two']);
  });

  it('fails with what failed first, and leaves nothing behind, whatever was sent after it', async () => {
    const failing = database.transaction(['a'], (tx) => {
      tx.send([insert('three'), insert(null), insert('four')]);
      return Promise.resolve('done');
    });
    await expect(failing).rejects.toMatchObject({ code: '23502' });
    const reading = database.transaction(['a'], async (tx) => {
      tx.send([insert('five'), insert(null)]);
      return tx.query('select 1');
    });
    await expect(reading).rejects.toMatchObject({ code: '23502' });
    expect(await idsThere()).toEqual(['one', 'two']);
  });

  it('is not taken for committed when a failure was swallowed', async () => {
    const swallowing = database.transaction(['a'], async (tx) => {
      await tx.query('select 1 / 0').catch(() => undefined);
      tx.send([insert('six')]);
    });
    await expect(swallowing).rejects.toMatchObject({ code: '22012' });
    expect(await idsThere()).toEqual(['one', 'two']);
  });

  it('that throws while statements are on their way leaves nothing behind, and the connection is good for more', async () => {
    for (let round = 0; round < 12; round += 1) {
      const thrown = database.transaction(['a'], (tx) => {
        tx.send([insert(`thrown-${round}`)]);
        return Promise.reject(new Error('the decision failed'));
      });
      await expect(thrown).rejects.toThrow('the decision failed');
    }
    expect(await idsThere()).toEqual(['one', 'two']);
  });
});

it('a connection on which nothing comes through any more is given up, and work goes on over a new one', async () => {
  const url = new URL(await postgres.createDatabase());
  const proxy = await startTcpProxy({ target: url.host });
  url.host = proxy.address;
  const database = databaseAt(url.href);
  await database.start();
  await decideNow(database, [delivered([firing('Before')], { id: 'before' })]);
  proxy.blackhole({ newConnections: 'work' });
  const lost = await decideNow(database, [delivered([firing('Lost')], { id: 'lost' })]).catch(
    (error: unknown) => error,
  );
  expect(isDatabaseAway(lost)).toBe(true);
  expect(await decideNow(database, [delivered([firing('Lost')], { id: 'lost' })])).toHaveLength(2);
  await proxy.stop();
  await database.stop();
}, 120_000);

it.each([
  [{ code: '22P05' }, false],
  [{ code: '23505' }, false],
  [{ code: '42P01' }, true],
  [{ code: '53100' }, true],
  [{ code: '57P01' }, true],
  [{ code: 'ECONNREFUSED' }, true],
  [new Error('Connection terminated unexpectedly'), true],
  [{ driverError: { code: '22021' } }, false],
  [new TypeError('x is not a function'), false],
  ['text', false],
])('of %j it is %s that the database is away', (error, expected) => {
  expect(isDatabaseAway(error)).toBe(expected);
});

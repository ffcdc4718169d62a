import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres, type Postgres } from './postgres.js';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a PostgreSQL for tests', () => {
  let server: Postgres;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('is version 18 and syncs to disk', async () => {
    expect(await ask(server.url, `select current_setting('server_version') like '18%' as is18`)).toEqual([
      { is18: true },
    ]);
    expect(await ask(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('gives each test a database of its own', async () => {
    const [one, other] = [await server.createDatabase(), await server.createDatabase('named "so"')];
    await ask(one, 'create table here (id int)');
    expect(await ask(other, `select to_regclass('here') as found`)).toEqual([{ found: null }]);
  });

  it('keeps what was committed when it is killed, and comes back on the same port', async () => {
    const url = await server.createDatabase();
    await ask(url, 'create table kept as select 1 as id');
    const { pid } = server;
    await server.kill();
    await expect(ask(url, 'select 1')).rejects.toThrow();
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(await ask(url, 'select id from kept')).toEqual([{ id: 1 }]);
  });

  it('says why it cannot start on a port that is taken', async () => {
    await expect(startPostgres({ port: server.port })).rejects.toThrow('Address already in use');
  });
});

describe('a PostgreSQL that stays', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gomon-stays-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('finds its data at the second start, in a folder that only its owner may enter', async () => {
    const dataDir = join(folder, 'postgres');
    const first = await startPostgres({ dataDir, password: 'a secret/word' });
    const url = await first.createDatabase('gomon');
    await ask(url, 'create table kept as select 1 as id');
    await first.stop();
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);

    const second = await startPostgres({ dataDir, port: first.port, password: 'a secret/word' });
    expect(await ask(url, 'select id from kept')).toEqual([{ id: 1 }]);
    await second.stop();
    await expect(startPostgres({ dataDir, password: 'wrong' })).rejects.toThrow(
      'password authentication failed',
    );
  });
});

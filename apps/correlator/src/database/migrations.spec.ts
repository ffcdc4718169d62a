import { gzipSync } from 'node:zlib';
import { startPostgres, type Postgres } from '@gomon/testing';
import { DataSource } from 'typeorm';
import { OutboxIsCompressed1764630000000 } from './migrations/1764630000000-outbox-is-compressed.js';
import { migrations } from './migrations/migrations.js';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop('immediate'));

/** Tables and columns, as PostgreSQL has them. */
async function schemaOf(source: DataSource): Promise<unknown> {
  return source.query(
    `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
     where table_schema = 'public' and table_name <> 'migrations' order by table_name, column_name`,
  );
}

it('each migration is undone without a trace, on data as well', async () => {
  const source = new DataSource({
    type: 'postgres',
    url: await postgres.createDatabase(),
    migrations: [...migrations],
    migrationsTransactionMode: 'all',
  });
  await source.initialize();
  const runner = source.createQueryRunner();
  const schemas: unknown[] = [await schemaOf(source)];
  for (const Migration of migrations) {
    await new Migration().up(runner);
    schemas.push(await schemaOf(source));
  }
  await source.query(
    `insert into ledger (scope, watermark) values ('default', now());
     insert into outbox (id, subject, body) values ('1', 's', '{}')`,
  );
  await source.query(`insert into outbox (id, subject, gzipped) values ('2', 's', $1)`, [
    gzipSync('{"of":2}'),
  ]);
  for (const Migration of migrations.toReversed()) {
    expect(await schemaOf(source)).toEqual(schemas.pop());
    await new Migration().down(runner);
    if (Migration === OutboxIsCompressed1764630000000)
      expect(await source.query(`select id, body from outbox order by id`)).toEqual([
        { id: '1', body: '{}' },
        { id: '2', body: '{"of":2}' },
      ]);
  }
  expect(await schemaOf(source)).toEqual(schemas.pop());
  await runner.release();
  await source.destroy();
});

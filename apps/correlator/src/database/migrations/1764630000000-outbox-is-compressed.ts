import { gunzipSync } from 'node:zlib';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Long messages wait compressed. A version that does not know of this leaves them to those that do, and says that it cannot
 * sweep meanwhile.
 */
export class OutboxIsCompressed1764630000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table outbox alter body drop not null, add column gzipped bytea,
         add constraint outbox_one_body check (num_nonnulls(body, gzipped) = 1)`,
    );
    // Compressed once is enough.
    await runner.query(`alter table outbox alter gzipped set storage external`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table outbox drop constraint outbox_one_body`);
    const rows = (await runner.query(`select id, gzipped from outbox where gzipped is not null`)) as {
      id: string;
      gzipped: Buffer;
    }[];
    for (const { id, gzipped } of rows)
      await runner.query(`update outbox set body = $2 where id = $1`, [id, gunzipSync(gzipped).toString()]);
    await runner.query(`alter table outbox drop column gzipped, alter body set not null`);
  }
}

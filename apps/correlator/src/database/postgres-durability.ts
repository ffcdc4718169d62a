import type { Durability } from '@gomon/service';
import type { Database } from './database.js';

/**
 * When PostgreSQL syncs what it has committed. With `synchronous_commit` off it does so within three times
 * `wal_writer_delay` (PostgreSQL's documentation, "Asynchronous Commit").
 *
 * @throws DatabaseAwayError
 */
export async function postgresDurability(database: Database): Promise<Durability> {
  const [settings] = await database.query<{ fsync: string; commit: string; delayMs: number }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
       (select setting::int from pg_settings where name = 'wal_writer_delay') as "delayMs"`,
  );
  if (settings?.fsync !== 'on') return { kind: 'unbounded', because: 'fsync is off' };
  return settings.commit === 'off'
    ? { kind: 'window', ms: 3 * settings.delayMs, because: 'synchronous_commit is off' }
    : { kind: 'synced' };
}

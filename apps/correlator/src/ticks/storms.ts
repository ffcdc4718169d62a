import { Gauge } from 'prom-client';
import type { Database } from '../database/database.js';

const inStorm = new Gauge({
  name: 'gomon_problems_in_storm',
  help: 'Problems that so many alerts join that digests tell of them',
});

/** Every replica shows the same. */
export async function countStorms(database: Pick<Database, 'query'>): Promise<void> {
  const [row] = await database.query<{ storms: number }>(
    `select count(*)::int as storms from problems where storm is not null`,
  );
  inStorm.set(row?.storms ?? 0);
}

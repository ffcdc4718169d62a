import type { Database } from '../database/database.js';

const PARTITIONED = ['alert_actions', 'alerts_archive'] as const;
const MONTHS_AHEAD = 2;

/** A month's partition: from its first day (included) to the next month's. */
export function monthsFrom(
  now: Date,
  count: number,
): readonly { suffix: string; from: string; to: string }[] {
  const first = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1));
  return Array.from({ length: count }, (_, offset) => {
    const from = first(offset).toISOString().slice(0, 10);
    return {
      suffix: from.slice(0, 7).replace('-', '_'),
      from: `${from}T00:00:00Z`,
      to: `${first(offset + 1)
        .toISOString()
        .slice(0, 10)}T00:00:00Z`,
    };
  });
}

/** Makes the partitions of this month and the next ones. Rows of a month without one go to the default partition. */
export async function makePartitions(database: Database, now: Date): Promise<void> {
  for (const table of PARTITIONED) {
    for (const { suffix, from, to } of monthsFrom(now, 1 + MONTHS_AHEAD)) {
      await database.query(
        `create table if not exists ${table}_${suffix} partition of ${table} for values from ('${from}') to ('${to}')`,
      );
    }
  }
}

import type { labelNamesAnswer } from '@gomon/contracts';
import type { z } from 'zod';
import type { Reader } from '../database/transaction.js';

const DAYS = 30;
const DAY_MS = 24 * 3_600_000;
/** Of what is active and of what is archived: labels that none of so many has are hardly in use. */
const MOST_ALERTS = 100_000;
const MOST_NAMES = 10_000;

/** The names of the labels that alerts have had, by the newest alerts of the last days. */
export async function findLabelNames(reader: Reader, now: string): Promise<z.infer<typeof labelNamesAnswer>> {
  const since = new Date(Date.parse(now) - DAYS * DAY_MS).toISOString();
  const [found] = await reader.query<{ alerts: string; names: string[] }>(
    `with looked as materialized (
       (select labels from alerts_active where last_seen_at >= $1
        order by id desc limit ${MOST_ALERTS})
       union all
       (select labels from alerts_archive where archived_at >= $1 and last_seen_at >= $1
        order by id desc limit ${MOST_ALERTS})
     )
     select (select count(*) from looked) as alerts,
       array(select distinct name from looked cross join lateral jsonb_object_keys(labels) as keys (name)
             order by name limit ${MOST_NAMES + 1}) as names`,
    [since],
  );
  const { alerts = '0', names = [] } = found ?? {};
  return {
    since,
    alerts: Number(alerts),
    names: names.slice(0, MOST_NAMES),
    complete: names.length <= MOST_NAMES,
  };
}

import { eventually, type RunningSystem } from '@gomon/testing';
import type { LedgerAnswer } from '@gomon/contracts';
import pg from 'pg';
import { ledger } from '../system/api.js';
import { incidentsInOpsgenie, type ProviderIncident } from '../system/opsgenie.js';
import { parentsInSlack, type Parent } from '../system/slack.js';
import type { ClusterStory } from './cluster-story.js';
import type { Senders } from './senders.js';

interface AlertRow {
  readonly name: string;
  readonly problem: string;
  readonly episode: number;
  readonly is_firing: boolean;
  /** Its problem is: of several alerts, one fires at least. */
  readonly is_open: boolean;
  readonly is_told: boolean;
  readonly is_incident: boolean;
  /** What the record says of it. */
  readonly provider_status: 'open' | 'resolved' | null;
  readonly version: number;
  readonly told_version: number | null;
}

/** Every alert row of a run with its problem: what was sent, by its alertname, and workloads by theirs. `is_told`: it was reported firing, so that somebody was to be told. */
const ROWS = `
  select case when a.labels ->> 'run' = $1 then a.labels ->> 'alertname' else a.labels ->> 'name' end as name,
    a.correlation_id as problem, a.episode, a.resolved_at is null as is_firing,
    p.resolved_at is null and p.archived_at is null as is_open,
    exists (select from alert_actions x where x.problem_id = p.id and x.action = 'fired') as is_told,
    exists (select from incidents i where i.problem_id = p.id) as is_incident,
    (select provider_status from incidents i where i.problem_id = p.id) as provider_status,
    p.version, (p.told -> 0 ->> 'version')::int as told_version
  from alerts_active a join problems p on p.id = a.correlation_id
  where a.labels ->> 'run' = $1 or starts_with(a.labels ->> 'name', $1 || '-')
  order by a.fingerprint, a.episode`;

/** Waits until nothing is in flight any more: everything decided, everything told, of the cluster as well. */
export async function settle(
  system: RunningSystem,
  withinMs: number,
  cluster?: ClusterStory,
): Promise<LedgerAnswer> {
  let last: LedgerAnswer | undefined;
  let failure = '';
  await eventually(
    'everything is decided and told',
    async () => {
      try {
        await system.refresh();
        // In this order: what the cluster leads to is there before it is asked whether all that is there is told.
        if (cluster !== undefined) {
          const rows = await rowsOf<AlertRow>(system, ROWS, [cluster.run]);
          if (clusterFaults(cluster, rows).length > 0) return false;
        }
        last = await ledger(system);
        const { undecided, waitingToBeTold } = last.observations.inFlight;
        const isTold = last.balanced && undecided === 0 && waitingToBeTold === 0 && (await isShown(system));
        return isTold && (await inHand(system)) === 0;
      } catch (error) {
        failure = String(error);
        return false;
      }
    },
    withinMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; the ledger: ${JSON.stringify(last)}; ${failure}`);
  });
  if (last === undefined) throw new Error('the ledger was never read');
  return last;
}

/** Whether every problem's newest version is the one that was told (nobody hears of one that was merged before), and every incident is in the provider as it is. */
async function isShown(system: RunningSystem): Promise<boolean> {
  const [row] = await rowsOf<{ behind: string }>(
    system,
    `select count(*) as behind from problems
     where exists (select from alert_actions x where x.problem_id = problems.id and x.action = 'fired')
       and ((coalesce((told -> 0 ->> 'version')::int, 0) < version and not (merged is not null and told = '[]'::jsonb))
         or exists (select from incidents i where i.problem_id = problems.id and
              case when i.provider_status is null then i.resolved_at is null
              else (i.provider_status = 'open') <> (i.resolved_at is null) end))`,
    [],
  );
  return row?.behind === '0' && (await unrecordedIncidents(system)) === 0;
}

/** Facts that a gateway has not done with: one whose first try may still arrive is told already, and looked after. */
async function inHand(system: RunningSystem): Promise<number> {
  const counts = (['slack-gateway', 'incident-sync'] as const).map(async (part) => {
    const metrics = await (await fetch(`${system.urlOf(part)}/metrics`)).text();
    const lags = [...metrics.matchAll(/^gomon_consumer_lag\{[^}]*\} (\d+)$/gm)];
    return lags.reduce((sum, [, lag]) => sum + Number(lag), 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/**
 * Incidents that ended before their creation was recorded and are in the provider all the same: whoever was creating them
 * died, and they are looked for there until they are found and resolved.
 */
async function unrecordedIncidents(system: RunningSystem): Promise<number> {
  const created = await incidentsInOpsgenie(system);
  const rows = await rowsOf<{ problem: string }>(
    system,
    'select problem_id as problem from incidents where provider_status is null and resolved_at is not null',
    [],
  );
  return rows.filter(({ problem }) => created.has(problem)).length;
}

/**
 * What is not as it must be, in words: every accepted alert in the database once, in its last state; every problem with
 * exactly one parent in Slack, which shows that state; the ledger balanced.
 */
export async function faultsIn(
  system: RunningSystem,
  senders: Senders,
  run: string,
  cluster?: ClusterStory,
): Promise<readonly string[]> {
  const rows = await rowsOf<AlertRow>(system, ROWS, [run]);
  const byName = Map.groupBy(rows, ({ name }) => name);
  const parents = await parentsInSlack(system);
  const faults: string[] = senders.wrongAnswers.map((answer) => `a sender got ${answer}`);
  for (const { name, status } of senders.expected.values()) {
    const newest = byName.get(name)?.at(-1);
    if (newest === undefined) faults.push(`${name} was accepted and is not in the database`);
    else if (newest.is_firing !== (status === 'firing')) faults.push(`${name} is not ${status}`);
  }
  if (cluster !== undefined) faults.push(...clusterFaults(cluster, rows));
  for (const name of byName.keys()) {
    if (!senders.expected.has(name) && cluster?.isBroken.has(name) !== true)
      faults.push(`${name} is in the database and was never accepted`);
  }
  for (const [problem, of] of Map.groupBy(rows, (row) => row.problem)) {
    const isFiring = of.some((row) => row.is_firing);
    if (of[0]?.is_open !== isFiring) faults.push(`the problem ${problem} is ${isFiring ? 'over' : 'open'}`);
  }
  const incidents = await incidentsInOpsgenie(system);
  for (const row of rows) {
    faults.push(...slackFaults(row, parents.get(row.problem) ?? []));
    faults.push(...opsgenieFaults(row, incidents.get(row.problem) ?? []));
  }
  const { balanced, ...counts } = await ledger(system);
  if (!balanced) faults.push(`the ledger does not balance: ${JSON.stringify(counts)}`);
  return faults;
}

/** A workload that is broken now has one open alert; one that is well has none (nobody may have looked while it was not). */
function clusterFaults({ isBroken }: ClusterStory, rows: readonly AlertRow[]): readonly string[] {
  return [...isBroken].flatMap(([name, broken]) => {
    const open = rows.filter((row) => row.name === name && row.is_firing).length;
    if (open === (broken ? 1 : 0)) return [];
    return [`${name} ${broken ? 'crash-loops' : 'is well'} and has ${open} open alerts`];
  });
}

function slackFaults(row: AlertRow, parents: readonly Parent[]): readonly string[] {
  const wanted = row.is_told ? 1 : 0;
  const name = `${row.name} (episode ${row.episode}, problem ${row.problem})`;
  if (parents.length !== wanted) {
    const which = parents.map(
      ({ message }) => `${message.ts} by ${JSON.stringify(message.metadata?.event_payload)}`,
    );
    return [`${name} has ${parents.length} parents in Slack, not ${wanted}: ${which.join(', ')}`];
  }
  const [parent] = parents;
  if (parent === undefined) return [];
  const hasButtons = parent.message.blocks?.some((block) => block['type'] === 'actions') === true;
  return hasButtons === row.is_open
    ? []
    : [`${name} is shown as ${hasButtons ? 'firing' : 'over'} and is not`];
}

/** One incident for each of ours, in its state; none for what was over before it could be created. */
function opsgenieFaults(row: AlertRow, incidents: readonly ProviderIncident[]): readonly string[] {
  const name = `${row.name} (episode ${row.episode}, problem ${row.problem})`;
  const [incident, ...more] = incidents;
  if (!row.is_incident) return incident === undefined ? [] : [`${name} is no incident and is in Opsgenie`];
  if (more.length > 0) return [`${name} has ${incidents.length} incidents in Opsgenie`];
  if (incident === undefined) return row.is_open ? [`${name} has no incident in Opsgenie`] : [];
  const wanted = row.is_open ? 'open' : 'resolved';
  if (row.provider_status !== wanted) return [`${name} is recorded as ${String(row.provider_status)}`];
  return incident.status === wanted ? [] : [`${name} is ${incident.status} in Opsgenie, not ${wanted}`];
}

async function rowsOf<Row extends pg.QueryResultRow>(
  system: RunningSystem,
  sql: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: system.run.postgres.url });
  // A server that is killed while we are connected is what this is about.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...parameters])).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

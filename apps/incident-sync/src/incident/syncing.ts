import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident, ProblemView } from '@gomon/contracts';
import { again, backoffMs, type Held, type Outcome } from '@gomon/messaging';
import type { CallResult } from '@gomon/service';
import type { Decided, OpsgenieClient } from '../opsgenie/opsgenie-client.js';
import type { IncidentClaims, Linked } from './claim.js';

/** A fact, as far as its incident is concerned. */
export interface Syncing {
  readonly problem: ProblemView;
  /** Counted from 1. From 2 on it may have been brought there before: by another delivery, another process. */
  readonly attempt: number;
}

/** The newest state of a problem that is in hand. */
export type Newest = () => Syncing;

export interface SyncOptions {
  /** This process. */
  readonly owner: string;
  /** Longer than what a claim is held for may take: an older one of another process is stale. */
  readonly staleAfterMs: number;
  /** What was created can be found after so long. */
  readonly settleMs: number;
  readonly webUrl: string;
  readonly team?: string | undefined;
  readonly serviceId?: string | undefined;
}

export const RETRY_MS = 1_000;
const UNKNOWN_RETRY = { baseMs: RETRY_MS, factor: 2, capMs: 15_000 };

/** Opsgenie decides soon, but never at once: it is asked a few times, and then with later deliveries. */
const LOOKS_MS = [100, 200, 400, 800] as const;

/** Absent incident: nothing is asked for. */
export function incidentOf({ problem }: Syncing): Incident | undefined {
  return problem.incident;
}

export function wantedStatus({ problem }: Syncing): 'open' | 'resolved' {
  return problem.incident?.status ?? 'resolved';
}

export function retryUnknown({ attempt }: Pick<Syncing, 'attempt'>, reason: string): Outcome {
  return again(backoffMs(attempt, Math.random(), UNKNOWN_RETRY), reason);
}

/** Notes what stands in Opsgenie now over what was read; an outcome says why that could not be. */
export async function writeLinked(
  claims: IncidentClaims,
  newest: Newest,
  { revision }: Held<Linked>,
  next: Linked,
): Promise<Outcome | Held<Linked>> {
  const incident = incidentOf(newest());
  if (incident === undefined) return again(RETRY_MS, 'the incident is gone');
  const written = await claims.write(incident.id, next, revision);
  return written ?? again(RETRY_MS, 'another process has just changed the incident');
}

/** Follows a request until it is decided, for a short while. */
export async function decidedSoon(client: OpsgenieClient, requestId: string): Promise<CallResult<Decided>> {
  let result: CallResult<Decided> = { kind: 'ok', value: { kind: 'pending' } };
  for (const ms of LOOKS_MS) {
    await sleep(ms);
    result = await client.decided(requestId);
    if (result.kind !== 'ok' || result.value.kind !== 'pending') break;
  }
  return result;
}

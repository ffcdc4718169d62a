import { again, type Held, type Log, type Outcome } from '@gomon/messaging';
import type { CallResult } from '@gomon/service';
import { NOT_FOUND, type OpsgenieClient } from '../opsgenie/opsgenie-client.js';
import { Amendment } from './amendment.js';
import type { Claim, IncidentClaims, Linked } from './claim.js';
import { Merge } from './merge.js';
import type { Record } from './record-incident.js';
import {
  decidedSoon,
  RETRY_MS,
  retryUnknown,
  wantedStatus,
  writeLinked,
  type Newest,
  type SyncOptions,
} from './syncing.js';

/**
 * Keeps an incident as its problem is: names it like that, resolves it with it, or closes it when that became part of another
 * one, and opens it again with it.
 */
export class Change {
  private readonly merge: Merge;
  private readonly amendment: Amendment;

  constructor(
    private readonly client: OpsgenieClient,
    private readonly claims: IncidentClaims,
    record: Pick<Record, 'present' | 'urlOf'>,
    private readonly log: Log,
    private readonly options: Pick<SyncOptions, 'settleMs'>,
    private readonly clock: () => number = Date.now,
  ) {
    this.merge = new Merge(client, record);
    this.amendment = new Amendment(client, claims, log);
  }

  /** One step towards what is wanted; answers the claim that stands then, or why not. */
  async bring(newest: Newest, held: Held<Linked>): Promise<Outcome | Held<Claim>> {
    const { change } = held.claim;
    if (change !== undefined) return this.follow(newest, held, change);
    return (await this.amendment.bring(newest, held)) ?? this.move(newest, held);
  }

  private async move(newest: Newest, held: Held<Linked>): Promise<Outcome | Held<Claim>> {
    const { claim } = held;
    const to = wantedStatus(newest());
    if (claim.providerStatus === to) return this.reached(newest, held, to);
    const wait = await this.client.turn();
    if (wait !== undefined) return again(wait.ms, wait.reason);
    const result = await this.start(newest, claim.opsgenieIncidentId, to);
    switch (result.kind) {
      case 'ok':
        return this.write(newest, held, {
          ...claim,
          change: { to, requestId: result.value, at: this.clock() },
        });
      case 'wait':
        return again(result.ms, result.reason);
      case 'unknown':
        return retryUnknown(newest(), result.reason);
      case 'refused':
        return this.judge(newest, held, to, result.error);
    }
  }

  private async start(newest: Newest, id: string, to: 'open' | 'resolved'): Promise<CallResult<string>> {
    if (to === 'open') return this.client.reopen(id, noteOf(newest));
    const merged = await this.merge.noteOf(newest().problem);
    return merged === undefined
      ? this.client.resolve(id, noteOf(newest))
      : this.client.closeIncident(id, `GoMon: ${merged}`);
  }

  private async follow(
    newest: Newest,
    held: Held<Linked>,
    change: NonNullable<Linked['change']>,
  ): Promise<Outcome | Held<Claim>> {
    const result = await decidedSoon(this.client, change.requestId);
    if (result.kind === 'wait') return again(result.ms, result.reason);
    if (result.kind !== 'ok') {
      return retryUnknown(newest(), result.kind === 'unknown' ? result.reason : result.error);
    }
    const { change: _, ...rest } = held.claim;
    switch (result.value.kind) {
      case 'pending':
        if (this.clock() - change.at < this.options.settleMs) {
          return again(RETRY_MS, 'Opsgenie has not decided yet');
        }
        return this.write(newest, held, rest);
      case 'done': {
        const wait = change.to === 'resolved' ? await this.merge.tell(newest().problem, rest) : undefined;
        if (wait !== undefined) return again(wait.ms, wait.reason);
        return this.write(newest, held, { ...rest, providerStatus: change.to });
      }
      case 'failed':
        return this.judge(newest, { ...held, claim: rest }, change.to, result.value.status);
    }
  }

  /** It was refused: somebody may have done it before, or deleted it. Then it is as it is. */
  private async judge(
    newest: Newest,
    held: Held<Linked>,
    to: 'open' | 'resolved',
    error: string,
  ): Promise<Outcome | Held<Claim>> {
    const status = await this.client.statusOf(held.claim.opsgenieIncidentId);
    if (status.kind === 'wait') return again(status.ms, status.reason);
    if (status.kind === 'unknown') return retryUnknown(newest(), status.reason);
    const present = status.kind === 'ok' ? (status.value ?? NOT_FOUND) : status.error;
    const isThere = to === 'open' ? present === 'open' : present !== 'open';
    if (!isThere) {
      this.log('warn', 'Opsgenie does not change an incident: it stays there as it is', {
        incident: held.claim.opsgenieIncidentId,
        to,
        present,
        error,
      });
    }
    return this.reached(newest, held, to);
  }

  private reached(
    newest: Newest,
    held: Held<Linked>,
    providerStatus: 'open' | 'resolved',
  ): Promise<Outcome | Held<Claim>> {
    const { version } = newest().problem;
    return this.write(newest, held, { ...held.claim, providerStatus, version });
  }

  private write(newest: Newest, held: Held<Linked>, next: Linked): Promise<Outcome | Held<Claim>> {
    return writeLinked(this.claims, newest, held, next);
  }
}

function noteOf(newest: Newest): string {
  const { problem } = newest();
  return `GoMon: ${problem.timeline.at(-1)?.text ?? problem.status}`;
}

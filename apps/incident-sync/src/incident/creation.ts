import { again, backoffMs, type Held, type Log, type Outcome } from '@gomon/messaging';
import { incidentBody, tagOf } from '../opsgenie/incident-body.js';
import type { OpsgenieClient } from '../opsgenie/opsgenie-client.js';
import type { Claim, Creating, IncidentClaims, Linked, Requested } from './claim.js';
import { headlineOf, isHeadlineOf } from './headline.js';
import type { Record } from './record-incident.js';
import {
  decidedSoon,
  incidentOf,
  RETRY_MS,
  retryUnknown,
  wantedStatus,
  type Newest,
  type SyncOptions,
} from './syncing.js';

/** What Opsgenie refuses, somebody may mend: the team, the service, the plan. */
const REFUSED_RETRY = { baseMs: 60_000, factor: 2, capMs: 10 * 60_000 };
const AWAY = 'Opsgenie cannot be reached: the incident is created there as soon as it is back';
const UNKNOWN_TO_IT = 'Opsgenie does not take our key: the incident is created there as soon as it does';

/** One incident in Opsgenie for one of ours: claimed, created, followed, found again. */
export class Creation {
  constructor(
    private readonly client: OpsgenieClient,
    private readonly claims: IncidentClaims,
    private readonly record: Record,
    private readonly log: Log,
    private readonly options: SyncOptions,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Creates it over the claim of this revision (0: none), and answers the claim that stands then, or why not. */
  async create(newest: Newest, revision: number, retried: boolean): Promise<Outcome | Held<Claim>> {
    const wait = await this.client.turn();
    if (wait !== undefined) return again(wait.ms, wait.reason);
    const { problem } = newest();
    const incident = incidentOf(newest());
    if (incident === undefined) return again(RETRY_MS, 'the incident is gone');
    const headline = headlineOf(problem);
    const { owner } = this.options;
    const claim: Creating = { state: 'creating', owner, at: this.clock(), retried, headline };
    const held = await this.claims.write(incident.id, claim, revision);
    if (held === undefined) return again(RETRY_MS, 'another process has just claimed the incident');
    const result = await this.client.create(incidentBody(problem, incident.id, this.options));
    switch (result.kind) {
      case 'ok': {
        const at = this.clock();
        const next: Requested = { state: 'requested', requestId: result.value, at, retried, headline };
        const written = await this.claims.write(incident.id, next, held.revision);
        return written ?? again(RETRY_MS, 'another process has taken over');
      }
      case 'unknown':
        await this.record.failed(problem, incident, this.awayReason());
        return retryUnknown(newest(), result.reason);
      case 'wait':
        await this.giveUp(incident.id, held);
        if (result.isForAll) await this.record.failed(problem, incident, this.awayReason());
        return again(result.ms, result.reason);
      case 'refused':
        await this.giveUp(incident.id, held);
        return this.refused(newest, result.error);
    }
  }

  /** Follows the request by which Opsgenie has accepted it. */
  async follow(newest: Newest, { claim, revision }: Held<Requested>): Promise<Outcome | Held<Claim>> {
    const incident = incidentOf(newest());
    if (incident === undefined) return again(RETRY_MS, 'the incident is gone');
    const result = await decidedSoon(this.client, claim.requestId);
    if (result.kind === 'wait') return again(result.ms, result.reason);
    if (result.kind === 'unknown') return retryUnknown(newest(), result.reason);
    if (result.kind === 'refused') return retryUnknown(newest(), result.error);
    switch (result.value.kind) {
      case 'pending':
        if (this.clock() - claim.at < this.options.settleMs) {
          return again(RETRY_MS, 'Opsgenie has not decided yet');
        }
        // It may have been done all the same: look for it.
        return this.claims
          .write(incident.id, this.lookedFor(claim), revision)
          .then((held) => held ?? again(RETRY_MS, 'another process has taken over'));
      case 'done':
        return this.link(newest, result.value.incidentId, { claim, revision }, claim.retried);
      case 'failed':
        await this.claims.release(incident.id, { claim, revision });
        return this.refused(newest, result.value.status);
    }
  }

  /** Nobody knows whether it was created: it is looked for by its tag before another try. */
  async find(newest: Newest, held: Held<Creating>): Promise<Outcome | Held<Claim>> {
    const { claim, revision } = held;
    const incident = incidentOf(newest());
    if (incident === undefined) return again(RETRY_MS, 'the incident is gone');
    const age = this.clock() - claim.at;
    if (claim.owner !== this.options.owner && age < this.options.staleAfterMs) {
      return again(this.options.staleAfterMs - age, 'another process is creating the incident');
    }
    const found = await this.client.findByTag(tagOf(incident.id));
    if (found.kind === 'wait') return again(found.ms, found.reason);
    if (found.kind === 'unknown') return retryUnknown(newest(), found.reason);
    if (found.kind === 'refused') return this.refused(newest, found.error);
    const [oldest] = found.value;
    if (oldest !== undefined) {
      // It may be of an earlier try, and say something else.
      const headline = claim.retried ? {} : claim.headline;
      return this.link(newest, oldest, { claim: { ...claim, headline }, revision }, true);
    }
    if (age < this.options.settleMs) {
      return again(Math.min(5_000, this.options.settleMs - age), 'what was created may not be found yet');
    }
    if (wantedStatus(newest()) === 'open') return this.create(newest, revision, true);
    const over: Claim = { state: 'over', version: newest().problem.version };
    const written = await this.claims.write(incident.id, over, revision);
    return written ?? again(RETRY_MS, 'another process has taken over');
  }

  /** An earlier try may have arrived late: what it left beside ours is closed. */
  async settle(newest: Newest, { claim, revision }: Held<Linked>): Promise<Outcome | undefined> {
    const { doubt, ...settled } = claim;
    const incident = incidentOf(newest());
    if (doubt === undefined || incident === undefined) return undefined;
    const left = doubt.checkAt - this.clock();
    if (left > 0) return again(left, 'an earlier try may still arrive');
    const found = await this.client.findByTag(tagOf(incident.id));
    if (found.kind === 'wait') return again(found.ms, found.reason);
    if (found.kind === 'unknown') return retryUnknown(newest(), found.reason);
    for (const id of found.kind === 'ok' ? found.value : []) {
      if (id === claim.opsgenieIncidentId) continue;
      this.log('warn', 'an incident was created twice: closing the second', { id });
      const closed = await this.client.resolve(id, `Created twice: ${claim.opsgenieIncidentId} stands`);
      if (closed.kind === 'wait') return again(closed.ms, closed.reason);
      if (closed.kind === 'unknown') return retryUnknown(newest(), closed.reason);
      if (closed.kind === 'ok') await decidedSoon(this.client, closed.value);
    }
    const written = await this.claims.write(incident.id, settled, revision);
    return written === undefined ? again(RETRY_MS, 'another process has taken over') : undefined;
  }

  private async link(
    newest: Newest,
    opsgenieIncidentId: string,
    { claim: { headline }, revision }: Held<Creating | Requested>,
    isInDoubt: boolean,
  ): Promise<Outcome | Held<Claim>> {
    const { problem } = newest();
    const incident = incidentOf(newest());
    if (incident === undefined) return again(RETRY_MS, 'the incident is gone');
    const next: Linked = {
      state: 'linked',
      opsgenieIncidentId,
      providerStatus: 'open',
      version: wantedStatus(newest()) === 'open' && isHeadlineOf(headline, problem) ? problem.version : 0,
      headline,
      ...(isInDoubt ? { doubt: { checkAt: this.clock() + this.options.settleMs } } : {}),
    };
    const written = await this.claims.write(incident.id, next, revision);
    return written ?? again(RETRY_MS, 'another process has taken over');
  }

  private awayReason(): string {
    return this.client.breaker.tokenIsRefused === undefined ? AWAY : UNKNOWN_TO_IT;
  }

  private lookedFor({ at, headline }: Requested): Creating {
    return { state: 'creating', owner: this.options.owner, at, retried: true, headline };
  }

  /** This try has created nothing; what an earlier one left is still to be looked for. */
  private async giveUp(incidentId: string, held: Held<Creating>): Promise<void> {
    if (!held.claim.retried) await this.claims.release(incidentId, held);
  }

  private async refused(newest: Newest, error: string): Promise<Outcome> {
    const { problem, attempt } = newest();
    const incident = incidentOf(newest());
    this.log('error', 'Opsgenie refuses an incident', { problem: problem.id, error });
    if (incident !== undefined) await this.record.failed(problem, incident, `Opsgenie refuses it: ${error}`);
    return again(backoffMs(attempt, Math.random(), REFUSED_RETRY), error);
  }
}

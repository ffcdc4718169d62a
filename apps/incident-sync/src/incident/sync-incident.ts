import { again, done, NewestVersions, type Held, type Outcome } from '@gomon/messaging';
import type { Change } from './change.js';
import type { Claim, IncidentClaims, Linked } from './claim.js';
import type { Creation } from './creation.js';
import { isHeadlineOf } from './headline.js';
import type { Record } from './record-incident.js';
import { incidentOf, RETRY_MS, wantedStatus, type Newest, type Syncing } from './syncing.js';

/** Created, followed, changed, followed again; its title, the note about it, its priority; and that all of it is done. */
const MOST_STEPS = 8;
/** A fact older than this may be a replay of the stream: the record says what is true now. */
const NEWS_MS = 10 * 60_000;

/** Brings Opsgenie to the state that a fact describes: one incident for each of ours, resolved with its problem. */
export class SyncIncident {
  private readonly versions = new NewestVersions<Syncing>();

  constructor(
    private readonly claims: IncidentClaims,
    private readonly creation: Creation,
    private readonly change: Change,
    private readonly record: Record,
    private readonly clock: () => number = Date.now,
  ) {}

  /** @throws PublishError, QueryError and what NATS throws: nothing is lost, it has to be brought again */
  async bring(fact: Syncing): Promise<Outcome> {
    const incident = incidentOf(fact);
    if (incident === undefined) return done;
    const syncing = await this.present(fact);
    return this.versions.alone(syncing, async (newest) => {
      const held = this.isFirstWord(syncing) ? undefined : await this.known(newest, incident.id);
      return this.steps(newest, syncing, held, incident.id);
    });
  }

  /** For the first word of a problem there is no claim; were there one all the same, ours would not be taken. */
  private isFirstWord({ problem, attempt }: Syncing): boolean {
    return problem.version === 1 && attempt === 1 && this.isNews(problem);
  }

  private async known(newest: Newest, incidentId: string): Promise<Held<Claim> | undefined> {
    return (await this.claims.read(incidentId)) ?? (await this.fromRecord(newest, incidentId));
  }

  private async steps(
    newest: Newest,
    syncing: Syncing,
    known: Held<Claim> | undefined,
    incidentId: string,
  ): Promise<Outcome> {
    let held = known;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (isReached(held?.claim, newest())) return this.finish(newest, syncing, held, step > 0);
      const next = await this.step(newest, held, incidentId);
      if ('kind' in next) return next;
      held = next;
    }
    return again(RETRY_MS, 'it takes more steps than usual');
  }

  private async step(
    newest: Newest,
    held: Held<Claim> | undefined,
    incidentId: string,
  ): Promise<Outcome | Held<Claim>> {
    const revision = held?.revision ?? 0;
    switch (held?.claim.state) {
      case 'creating':
        return this.creation.find(newest, { claim: held.claim, revision });
      case 'requested':
        return this.creation.follow(newest, { claim: held.claim, revision });
      case 'linked':
        return this.change.bring(newest, { claim: held.claim, revision });
      case 'over':
      case undefined: {
        if (wantedStatus(newest()) === 'open') return this.creation.create(newest, revision, false);
        const over: Claim = { state: 'over', version: newest().problem.version };
        const written = await this.claims.write(incidentId, over, revision);
        return written ?? again(RETRY_MS, 'another process has just claimed the incident');
      }
    }
  }

  /** What is no news is judged by what is true now: it may have been delivered late, or again. */
  private async present(fact: Syncing): Promise<Syncing> {
    const { problem, attempt } = fact;
    if (attempt === 1 && this.isNews(problem)) return fact;
    const present = await this.record.present(problem.id);
    return present === undefined ? fact : { problem: present, attempt };
  }

  private isNews({ updatedAt }: Syncing['problem']): boolean {
    return this.clock() - Date.parse(updatedAt) < NEWS_MS;
  }

  /** The bucket has lost the claim: PostgreSQL knows which incident it was. */
  private async fromRecord(newest: Newest, incidentId: string): Promise<Held<Claim> | undefined> {
    const linked = incidentOf(newest())?.linked;
    if (linked === undefined) return undefined;
    const { opsgenieIncidentId, providerStatus } = linked;
    const claim: Linked = { state: 'linked', opsgenieIncidentId, providerStatus, version: 0, headline: {} };
    return this.claims.write(incidentId, claim, 0);
  }

  /** The record in PostgreSQL follows what stands in Opsgenie; it is written once more when in doubt. */
  private async finish(
    newest: Newest,
    { attempt }: Syncing,
    held: Held<Claim> | undefined,
    isOurs: boolean,
  ): Promise<Outcome> {
    const incident = incidentOf(newest());
    if (held?.claim.state !== 'linked' || incident === undefined) return done;
    const { claim, revision } = held;
    const isRecorded =
      incident.linked?.opsgenieIncidentId === claim.opsgenieIncidentId &&
      incident.linked.providerStatus === claim.providerStatus;
    if (!isRecorded && (isOurs || attempt > 1)) await this.record.linked(newest().problem, incident, claim);
    return (await this.creation.settle(newest, { claim, revision })) ?? done;
  }
}

/**
 * Opsgenie shows this version of the problem, or a newer one; or the version before it, where this one changes nothing there:
 * with no version between the two, nothing is missed by not noting it.
 */
function isReached(claim: Claim | undefined, newest: Syncing): boolean {
  if (claim?.state !== 'linked' && claim?.state !== 'over') return false;
  const { version } = newest.problem;
  if (claim.version >= version) return true;
  if (claim.state === 'over' || claim.change !== undefined || claim.note !== undefined) return false;
  const status = wantedStatus(newest);
  if (claim.version + 1 !== version || claim.providerStatus !== status) return false;
  return status === 'resolved' || isHeadlineOf(claim.headline, newest.problem);
}

import type { ProblemView } from '@gomon/contracts';
import { again, type Held, type Log, type Outcome } from '@gomon/messaging';
import type { CallResult } from '@gomon/service';
import type { OpsgenieClient } from '../opsgenie/opsgenie-client.js';
import type { IncidentClaims, Linked } from './claim.js';
import { headlineOf, type Headline } from './headline.js';
import { decidedSoon, retryUnknown, wantedStatus, writeLinked, type Newest } from './syncing.js';

type Part = 'message' | 'priority';

/**
 * Brings title and priority of an open incident to those of its problem, when ours have changed since they were brought there
 * last: what a person has made of them in Opsgenie stays until then.
 */
export class Amendment {
  constructor(
    private readonly client: OpsgenieClient,
    private readonly claims: IncidentClaims,
    private readonly log: Log,
  ) {}

  /** One step; answers the claim that stands then, or why not. Undefined: there is nothing to amend. */
  async bring(newest: Newest, held: Held<Linked>): Promise<Outcome | Held<Linked> | undefined> {
    const { headline, note, providerStatus } = held.claim;
    if (note !== undefined) return this.leave(note, newest, held);
    if (providerStatus !== 'open' || wantedStatus(newest()) !== 'open') return undefined;
    const { message, priority, primaryId } = headlineOf(newest().problem);
    if (headline.message !== message) return this.amend('message', newest, held);
    if (headline.priority !== priority) return this.amend('priority', newest, held);
    if (headline.primaryId === primaryId) return undefined;
    // Another alert with the same title: no reason to say anything, also not when the title changes later.
    return this.write(newest, held, { ...held.claim, headline: { ...headline, primaryId } });
  }

  /**
   * Forgets what Opsgenie shows before that is changed, and notes it anew afterwards. In between it may be either, also for
   * another process and for a title that has changed back: a PUT is idempotent, so it is simply brought again.
   */
  private async amend(part: Part, newest: Newest, held: Held<Linked>): Promise<Outcome | Held<Linked>> {
    const { claim } = held;
    const wait = await this.client.turn();
    if (wait !== undefined) return again(wait.ms, wait.reason);
    const { problem } = newest();
    const wanted = headlineOf(problem);
    const { [part]: _, ...rest } = claim.headline;
    const open = await this.write(newest, held, { ...claim, headline: rest });
    if ('kind' in open) return open;
    const result = await this.put(part, claim.opsgenieIncidentId, wanted[part]);
    if (result.kind === 'wait') return again(result.ms, result.reason);
    if (result.kind === 'unknown') return retryUnknown(newest(), result.reason);
    if (result.kind === 'refused') {
      this.log('warn', `Opsgenie does not change the ${part} of an incident: it stays there as it is`, {
        incident: claim.opsgenieIncidentId,
        error: result.error,
      });
    }
    const amended =
      part === 'message'
        ? renamed(claim.headline, problem, result.kind === 'ok')
        : { headline: { ...claim.headline, priority: wanted.priority } };
    return this.write(newest, open, { ...claim, ...amended });
  }

  /**
   * Accepted is enough: what Opsgenie refuses afterwards is taken as done as well, so it is looked at for a short while only, to
   * say so, and to let no second change overtake it.
   */
  private async put(part: Part, id: string, text: string): Promise<CallResult<unknown>> {
    const result =
      part === 'message' ? await this.client.setMessage(id, text) : await this.client.setPriority(id, text);
    if (result.kind !== 'ok') return result;
    const decided = await decidedSoon(this.client, result.value);
    return decided.kind === 'ok' && decided.value.kind === 'failed'
      ? { kind: 'refused', error: decided.value.status }
      : result;
  }

  /**
   * It is left before that is noted here: twice when we die in between, and not at all where Opsgenie refuses it or nobody knows
   * whether it came.
   */
  private async leave(note: string, newest: Newest, held: Held<Linked>): Promise<Outcome | Held<Linked>> {
    const wait = await this.client.turn();
    if (wait !== undefined) return again(wait.ms, wait.reason);
    const result = await this.client.addNote(held.claim.opsgenieIncidentId, note);
    if (result.kind === 'wait') return again(result.ms, result.reason);
    const { note: _, ...noted } = held.claim;
    return this.write(newest, held, noted);
  }

  private write(newest: Newest, held: Held<Linked>, next: Linked): Promise<Outcome | Held<Linked>> {
    return writeLinked(this.claims, newest, held, next);
  }
}

/** What is known then, and what is still to be said of it: why another alert is the likely cause. */
function renamed(known: Headline, problem: ProblemView, isDone: boolean): Pick<Linked, 'headline' | 'note'> {
  const { message, primaryId } = headlineOf(problem);
  const isOtherCause = known.primaryId !== undefined && known.primaryId !== primaryId;
  const why = isDone && isOtherCause ? problem.likelyCause?.why : undefined;
  return {
    headline: { ...known, message, primaryId },
    ...(why === undefined ? {} : { note: `GoMon: likely cause: ${why}` }),
  };
}

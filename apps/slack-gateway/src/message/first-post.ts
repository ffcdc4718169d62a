import { randomUUID } from 'node:crypto';
import { again, backoffMs, done, type Log, type Outcome, type Held } from '@gomon/messaging';
import type { Posted, Posting, SlackClaims } from '../claim/claim.js';
import type { CallResult } from '@gomon/service';
import type { Place } from './message-search.js';
import { channelRefusals, toldSeconds } from './metrics.js';
import type { Record } from './record-told.js';
import { isAboutChannel, isAboutContent, outcomeOfRefusal } from './refusal.js';
import { renderPlainly, renderProblem } from './render-problem.js';
import type { SlackMessages } from './slack-messages.js';
import { elsewhereNote, priorityOf, waitFor, type Newest, type Telling } from './telling.js';

export interface TellingOptions {
  /** This process. */
  readonly owner: string;
  readonly fallbackChannel: string | undefined;
  /** Longer than what a claim is held for may take: an older claim of another process is stale. */
  readonly staleAfterMs: number;
  /** After so long, a post whose answer was lost will not arrive any more. */
  readonly settleAfterMs: number;
}

/** What a post is made over, and how. */
interface Try {
  /** Of the claim that is replaced; 0: there is none. */
  readonly revision: number;
  readonly note?: string;
  readonly channel?: string;
  /** An earlier try, which nobody knows the outcome of. */
  readonly earlier?: Posting;
}

export const RETRY_MS = 1_000;
/** The outcome is unknown: soon, but not too often. What keeps failing opens the breaker. */
const UNKNOWN_RETRY = { baseMs: RETRY_MS, factor: 2, capMs: 15_000 };
/** Clocks differ between Slack and us. */
export const LOOK_AROUND_MS = 5 * 60_000;
/** Where Slack does not let us look, a message told twice is better than one not told: after so long. */
const BLIND_AFTER_MS = 60_000;

export function retryUnknown({ attempt }: Pick<Telling, 'attempt'>, reason: string): Outcome {
  return again(backoffMs(attempt, Math.random(), UNKNOWN_RETRY), reason);
}

/**
 * The one parent message of a problem: claimed, posted, found again. The claim is taken when it is our turn with Slack, so
 * that it is held no longer than the call takes.
 */
export class FirstPost {
  constructor(
    private readonly messages: SlackMessages,
    private readonly claims: SlackClaims,
    private readonly record: Record,
    private readonly log: Log,
    private readonly options: TellingOptions,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Posts, and answers the claim that stands then, or why not. */
  async post(
    newest: Newest,
    { revision, note, channel: other, earlier }: Try,
  ): Promise<Outcome | Held<Posted>> {
    const channel = other ?? newest().tell.channel;
    const wait = await this.messages.turn('chat.postMessage', channel, priorityOf(newest()));
    if (wait !== undefined) return waitFor(wait);
    const telling = newest();
    const { problem } = telling;
    const at = this.clock();
    const { nonce, since } = earlier ?? { nonce: randomUUID(), since: at };
    const claim: Posting = { state: 'posting', nonce, channel, owner: this.options.owner, at, since };
    const held = await this.claims.write(problem.id, claim, revision);
    if (held === undefined) return again(RETRY_MS, 'another process has just claimed the message');
    const result = await this.send(telling, claim, note);
    switch (result.kind) {
      case 'ok':
        toldSeconds.observe(Math.max(0, at - Date.parse(problem.updatedAt)) / 1_000);
        return this.posted(telling, held, result.value);
      case 'unknown':
        return retryUnknown(telling, result.reason);
      case 'wait':
        await this.giveUp(problem.id, held);
        return waitFor(result);
      case 'refused':
        return this.refused(newest, held, result.error);
    }
  }

  /** Nobody knows whether the message was posted: look before trying again. */
  async resolve(newest: Newest, held: Held<Posting>): Promise<Outcome | Held<Posted>> {
    const { claim } = held;
    const age = this.clock() - claim.at;
    if (claim.owner !== this.options.owner && age < this.options.staleAfterMs) {
      return again(this.options.staleAfterMs - age, 'another process is posting');
    }
    const found = await this.look(claim.channel, claim.nonce, claim.since, claim.at);
    if (found.kind === 'wait') return waitFor(found);
    if (found.kind === 'unknown') return retryUnknown(newest(), found.reason);
    if (found.kind === 'refused' && found.error !== 'channel_not_found') {
      const { channel } = claim;
      this.log('error', 'Slack does not let us look for a message', { channel, error: found.error });
      if (age < BLIND_AFTER_MS) return retryUnknown(newest(), `cannot look for a message: ${found.error}`);
    }
    const [oldest, ...extra] = found.kind === 'ok' ? found.value : [];
    if (oldest === undefined) {
      return this.post(newest, { revision: held.revision, channel: claim.channel, earlier: claim });
    }
    const undeleted = await this.deleteAll(newest(), extra);
    if (undeleted !== undefined) return undeleted;
    const next: Posted = {
      state: 'posted',
      channel: claim.channel,
      ...oldest,
      version: 0,
      // What was announced after the first time may be news to its readers.
      announced: 1,
      digested: 1,
      ...this.doubtOf(claim),
    };
    const written = await this.claims.write(newest().problem.id, next, held.revision);
    return written ?? again(RETRY_MS, 'another process has just found the message');
  }

  /** An earlier try of this post may have arrived late: what it left is deleted. */
  async settle(
    telling: Pick<Telling, 'problem' | 'attempt'>,
    { claim, revision }: Held<Posted>,
  ): Promise<Outcome> {
    const { doubt, ...settled } = claim;
    if (doubt === undefined) return done;
    const left = doubt.checkAt - this.clock();
    if (left > 0) return again(left, 'an earlier try of the post may still arrive');
    const found = await this.look(claim.channel, doubt.nonce, doubt.since, doubt.checkAt);
    if (found.kind === 'wait') return waitFor(found);
    if (found.kind === 'unknown') return retryUnknown(telling, found.reason);
    const places = found.kind === 'ok' ? found.value : [];
    const undeleted = await this.deleteAll(
      telling,
      places.filter(({ ts }) => ts !== claim.ts),
    );
    if (undeleted !== undefined) return undeleted;
    const written = await this.claims.write(telling.problem.id, settled, revision);
    return written === undefined ? again(RETRY_MS, 'another process has just updated the message') : done;
  }

  private async send(telling: Telling, claim: Posting, note: string | undefined): Promise<CallResult<Place>> {
    const { problem, tell } = telling;
    const about = { problemId: problem.id, nonce: claim.nonce };
    const rendered = renderProblem(problem, tell, note === undefined ? {} : { note });
    const result = await this.messages.post(claim.channel, rendered, about);
    if (result.kind !== 'refused' || !isAboutContent(result.error)) return result;
    this.log('error', 'Slack refuses a message as it was rendered: telling it plainly', {
      problem: problem.id,
      error: result.error,
    });
    return this.messages.post(claim.channel, renderPlainly(problem), about);
  }

  private async posted(
    { problem }: Telling,
    { claim, revision }: Held<Posting>,
    place: Place,
  ): Promise<Outcome | Held<Posted>> {
    const { channel } = claim;
    const next: Posted = {
      state: 'posted',
      channel,
      ...place,
      version: problem.version,
      announced: problem.announced?.version ?? problem.version,
      digested: problem.digest?.version ?? problem.version,
      ...this.doubtOf(claim),
    };
    const written = await this.claims.write(problem.id, next, revision);
    if (written !== undefined) return written;
    // We were away for so long that another process took our claim for stale.
    const now = await this.claims.read(problem.id);
    if (now?.claim.state === 'posted' && now.claim.ts !== place.ts) await this.messages.delete(place);
    return again(RETRY_MS, 'another process has taken over');
  }

  private async refused(newest: Newest, held: Held<Posting>, error: string): Promise<Outcome | Held<Posted>> {
    const { fallbackChannel } = this.options;
    const { channel } = held.claim;
    if (isAboutChannel(error)) {
      channelRefusals.inc({ channel, error });
      if (fallbackChannel !== undefined && channel !== fallbackChannel) {
        this.log('warn', 'a channel does not take a message: telling it elsewhere', { channel, error });
        const note = elsewhereNote(newest().tell.channel, error);
        return this.post(newest, { revision: held.revision, channel: fallbackChannel, note });
      }
    }
    await this.giveUp(newest().problem.id, held);
    const { record, log } = this;
    return outcomeOfRefusal(newest(), { channel, error }, { record, log });
  }

  /** Nothing was posted by this try; what an earlier one left is still to be looked for. */
  private async giveUp(problemId: string, held: Held<Posting>): Promise<void> {
    if (held.claim.since === held.claim.at) await this.claims.release(problemId, held);
  }

  private doubtOf({ nonce, since, at }: Posting): Pick<Posted, 'doubt'> {
    return since === at ? {} : { doubt: { nonce, since, checkAt: at + this.options.settleAfterMs } };
  }

  private look(channel: string, nonce: string, since: number, until: number) {
    return this.messages.find(channel, nonce, {
      from: since - LOOK_AROUND_MS,
      to: until + LOOK_AROUND_MS,
    });
  }

  /** Undefined: all are gone. */
  private async deleteAll(
    telling: Pick<Telling, 'attempt'>,
    places: readonly Place[],
  ): Promise<Outcome | undefined> {
    for (const place of places) {
      const result = await this.messages.delete(place);
      if (result.kind === 'wait') return waitFor(result);
      if (result.kind === 'unknown') return retryUnknown(telling, result.reason);
      if (result.kind === 'refused') {
        this.log('error', 'a message told twice cannot be deleted', { ...place, error: result.error });
      }
    }
    return undefined;
  }
}

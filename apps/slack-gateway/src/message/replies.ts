import { randomUUID } from 'node:crypto';
import type { ProblemView } from '@gomon/contracts';
import { again, type Held, type Log, type Outcome } from '@gomon/messaging';
import type { Posted, SlackClaims } from '../claim/claim.js';
import type { CallResult } from '@gomon/service';
import { LOOK_AROUND_MS, RETRY_MS, retryUnknown, type TellingOptions } from './first-post.js';
import type { Place } from './message-search.js';
import { digestsTold } from './metrics.js';
import { nextReply, withReply, type PendingReply } from './pending-reply.js';
import type { Record } from './record-told.js';
import { isAboutContent, isGone } from './refusal.js';
import { renderPlainly } from './render-problem.js';
import type { SlackMessages } from './slack-messages.js';
import { priorityOf, waitFor, type Newest, type Telling } from './telling.js';

/** Slack's answer when the message was deleted: it is posted anew when it is to be changed. */
const NO_THREAD = 'thread_not_found';

/**
 * Replies to the message of a problem. What asks for attention once more is shown in the channel too, because a changed message
 * notifies nobody; digests stand in the thread alone. Claimed and found again like a first post.
 */
export class Replies {
  constructor(
    private readonly messages: SlackMessages,
    private readonly claims: SlackClaims,
    private readonly record: Pick<Record, 'problemOf'>,
    private readonly log: Log,
    private readonly options: TellingOptions,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Tells the reply that is due next. Answers the claim that stands then, or why it could not be done. */
  async reply(newest: Newest, { claim, revision }: Held<Posted>): Promise<Outcome | Held<Posted>> {
    const { announcing, ...posted } = claim;
    const { owner, staleAfterMs } = this.options;
    if (announcing !== undefined) {
      const { what = 'announcement', version, nonce } = announcing;
      const age = this.clock() - announcing.at;
      if (announcing.owner !== owner && age < staleAfterMs) {
        return again(staleAfterMs - age, 'another process is announcing it');
      }
      const span = { from: announcing.since - LOOK_AROUND_MS, to: announcing.at + LOOK_AROUND_MS };
      const found = await (what === 'digest'
        ? this.messages.findReply(claim, nonce, span)
        : this.messages.find(claim.channelId, nonce, span));
      if (found.kind === 'wait') return waitFor(found);
      if (found.kind === 'unknown') return retryUnknown(newest(), found.reason);
      const isThere = found.kind === 'ok' && found.value.length > 0;
      if (isThere || (found.kind === 'refused' && found.error === NO_THREAD)) {
        return this.told(newest(), posted, { what, version }, revision);
      }
    }
    const wait = await this.messages.turn('chat.postMessage', claim.channel, priorityOf(newest()));
    if (wait !== undefined) return waitFor(wait);
    const telling = newest();
    const pending = nextReply(telling.problem, claim);
    if (pending === undefined) return { claim, revision };
    const { what, version } = pending;
    if (what === 'announcement' && (await this.isMoot(telling.problem, version))) {
      return this.told(telling, posted, pending, revision);
    }
    const at = this.clock();
    const { nonce, since } = announcing ?? { nonce: randomUUID(), since: at };
    const next: Posted = { ...posted, announcing: { what, version, nonce, owner, at, since } };
    const held = await this.claims.write(telling.problem.id, next, revision);
    if (held === undefined) return again(RETRY_MS, 'another process is announcing it');
    const result = await this.send(telling, posted, pending, nonce);
    switch (result.kind) {
      case 'ok':
        if (what === 'digest') digestsTold.inc();
        return this.told(telling, posted, pending, held.revision);
      case 'unknown':
        return retryUnknown(telling, result.reason);
      case 'wait':
        await this.claims.write(telling.problem.id, posted, held.revision);
        return waitFor(result);
      case 'refused': {
        const { channel } = posted;
        this.log('error', 'Slack takes no reply', {
          problem: telling.problem.id,
          channel,
          error: result.error,
        });
        // Its message is changed all the same, and posted anew where it is gone.
        return this.told(telling, posted, pending, held.revision);
      }
    }
  }

  /** Whoever is on it by now, or knows that it is over, needs not be asked to look. */
  private async isMoot(known: ProblemView, version: number): Promise<boolean> {
    const now = (await this.record.problemOf(known.id).catch(() => undefined)) ?? known;
    if (now.version <= version || (now.announced?.version ?? 0) > version) return false;
    return ['acknowledged', 'resolved', 'archived'].includes(now.status);
  }

  private async told(
    { problem }: Telling,
    posted: Posted,
    reply: Pick<PendingReply, 'what' | 'version'>,
    revision: number,
  ): Promise<Outcome | Held<Posted>> {
    const written = await this.claims.write(problem.id, withReply(posted, reply), revision);
    return written ?? again(RETRY_MS, 'another process has taken over');
  }

  private async send(
    { problem }: Telling,
    parent: Place,
    { what, render }: PendingReply,
    nonce: string,
  ): Promise<CallResult<unknown>> {
    const about = { problemId: problem.id, nonce };
    const shown = { isBroadcast: what === 'announcement' };
    const rendered = render();
    const result = await this.messages.reply(parent, rendered, about, shown);
    if (result.kind !== 'refused' || !isAboutContent(result.error) || isGone(result.error)) return result;
    const text = what === 'announcement' ? renderPlainly(problem).text : rendered.text;
    return this.messages.reply(parent, { text, blocks: [] }, about, shown);
  }
}

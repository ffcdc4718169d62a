import { randomUUID } from 'node:crypto';
import type { Announcement as Announced, ProblemView } from '@gomon/contracts';
import { again, type Held, type Log, type Outcome } from '@gomon/messaging';
import type { Posted, SlackClaims } from '../claim/claim.js';
import type { CallResult } from '@gomon/service';
import { LOOK_AROUND_MS, RETRY_MS, retryUnknown, type TellingOptions } from './first-post.js';
import type { Place } from './message-search.js';
import type { Record } from './record-told.js';
import { isAboutContent, isGone } from './refusal.js';
import { renderAnnouncement, renderPlainly } from './render-problem.js';
import type { SlackMessages } from './slack-messages.js';
import { priorityOf, waitFor, type Newest, type Telling } from './telling.js';

/** What its message's readers have not been asked to look at yet; undefined: nothing. */
export function pendingAnnouncement({ announced }: ProblemView, claim: Posted): Announced | undefined {
  if (announced === undefined) return undefined;
  return (claim.announced ?? claim.version) < announced.version ? announced : undefined;
}

/**
 * Asks for attention once more: a changed message notifies nobody, so that a reply to it does, which is shown in the channel
 * too. Claimed and found again like a first post.
 */
export class Announcement {
  constructor(
    private readonly messages: SlackMessages,
    private readonly claims: SlackClaims,
    private readonly record: Pick<Record, 'problemOf'>,
    private readonly log: Log,
    private readonly options: TellingOptions,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Answers the claim that stands then, or why it could not be done. */
  async announce(newest: Newest, { claim, revision }: Held<Posted>): Promise<Outcome | Held<Posted>> {
    const { announcing, ...posted } = claim;
    const { owner, staleAfterMs } = this.options;
    if (announcing !== undefined) {
      const age = this.clock() - announcing.at;
      if (announcing.owner !== owner && age < staleAfterMs) {
        return again(staleAfterMs - age, 'another process is announcing it');
      }
      const span = { from: announcing.since - LOOK_AROUND_MS, to: announcing.at + LOOK_AROUND_MS };
      const found = await this.messages.find(claim.channelId, announcing.nonce, span);
      if (found.kind === 'wait') return waitFor(found);
      if (found.kind === 'unknown') return retryUnknown(newest(), found.reason);
      if (found.kind === 'ok' && found.value.length > 0) {
        return this.announced(newest(), posted, announcing.version, revision);
      }
    }
    const wait = await this.messages.turn('chat.postMessage', claim.channel, priorityOf(newest()));
    if (wait !== undefined) return waitFor(wait);
    const telling = newest();
    const pending = pendingAnnouncement(telling.problem, claim);
    if (pending === undefined) return { claim, revision };
    if (await this.isMoot(telling.problem, pending)) {
      return this.announced(telling, posted, pending.version, revision);
    }
    const at = this.clock();
    const { nonce, since } = announcing ?? { nonce: randomUUID(), since: at };
    const next: Posted = { ...posted, announcing: { version: pending.version, nonce, owner, at, since } };
    const held = await this.claims.write(telling.problem.id, next, revision);
    if (held === undefined) return again(RETRY_MS, 'another process is announcing it');
    const result = await this.send(telling, posted, pending, nonce);
    switch (result.kind) {
      case 'ok':
        return this.announced(telling, posted, pending.version, held.revision);
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
        return this.announced(telling, posted, pending.version, held.revision);
      }
    }
  }

  /** Whoever is on it by now, or knows that it is over, needs not be asked to look. */
  private async isMoot(known: ProblemView, { version }: Announced): Promise<boolean> {
    const now = (await this.record.problemOf(known.id).catch(() => undefined)) ?? known;
    if (now.version <= version || (now.announced?.version ?? 0) > version) return false;
    return ['acknowledged', 'resolved', 'archived'].includes(now.status);
  }

  private async announced(
    { problem }: Telling,
    posted: Posted,
    version: number,
    revision: number,
  ): Promise<Outcome | Held<Posted>> {
    const written = await this.claims.write(problem.id, { ...posted, announced: version }, revision);
    return written ?? again(RETRY_MS, 'another process has taken over');
  }

  private async send(
    { problem }: Telling,
    parent: Place,
    announced: Announced,
    nonce: string,
  ): Promise<CallResult<unknown>> {
    const about = { problemId: problem.id, nonce };
    const result = await this.messages.reply(parent, renderAnnouncement(problem, announced), about);
    if (result.kind !== 'refused' || !isAboutContent(result.error) || isGone(result.error)) return result;
    return this.messages.reply(parent, { text: renderPlainly(problem).text, blocks: [] }, about);
  }
}

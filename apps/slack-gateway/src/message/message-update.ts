import { again, type Log, type Outcome, type Held } from '@gomon/messaging';
import type { Posted, SlackClaims } from '../claim/claim.js';
import type { CallResult } from '@gomon/service';
import { digestedIn } from './pending-reply.js';
import { RETRY_MS, retryUnknown, type FirstPost, type TellingOptions } from './first-post.js';
import { toldSeconds } from './metrics.js';
import type { Record } from './record-told.js';
import { isAboutContent, isGone, outcomeOfRefusal } from './refusal.js';
import { renderPlainly, renderProblem } from './render-problem.js';
import type { SlackMessages } from './slack-messages.js';
import { elsewhereNote, priorityOf, waitFor, type Newest, type Telling } from './telling.js';

/** Brings the message of a problem to its newest state; posts it again where it cannot be changed any more. */
export class MessageUpdate {
  constructor(
    private readonly messages: SlackMessages,
    private readonly claims: SlackClaims,
    private readonly record: Record,
    private readonly first: FirstPost,
    private readonly log: Log,
    private readonly options: TellingOptions,
    private readonly clock: () => number = Date.now,
  ) {}

  async update(newest: Newest, { claim, revision }: Held<Posted>): Promise<Outcome | Held<Posted>> {
    const left = this.othersNeed(claim);
    if (left > 0) return again(left, 'another process is changing the message');
    const wait = await this.messages.turn('chat.update', claim.channelId, priorityOf(newest()));
    if (wait !== undefined) return waitFor(wait);
    const telling = newest();
    const { problem } = telling;
    const at = this.clock();
    // Two processes with two versions: the older must not arrive last.
    const writing = { ...claim, writer: { owner: this.options.owner, at } };
    const held = await this.claims.write(problem.id, writing, revision);
    if (held === undefined) return again(RETRY_MS, 'another process is changing the message');
    const { writer: _, ...free } = writing;
    const result = await this.send(claim, telling);
    switch (result.kind) {
      case 'ok': {
        toldSeconds.observe(Math.max(0, at - Date.parse(problem.updatedAt)) / 1_000);
        const next: Posted = { ...free, version: problem.version, digested: digestedIn(claim) };
        const written = await this.claims.write(problem.id, next, held.revision);
        return written ?? again(RETRY_MS, 'another process has taken over');
      }
      // An update that is done twice is the same update.
      case 'unknown':
        return retryUnknown(telling, result.reason);
      case 'wait':
        await this.claims.write(problem.id, free, held.revision);
        return waitFor(result);
      case 'refused': {
        const { error } = result;
        if (isGone(error)) {
          const note = `Continues an earlier message, which cannot be changed any more (${error}).`;
          return this.first.post(newest, { revision: held.revision, note });
        }
        await this.claims.write(problem.id, free, held.revision);
        const { record, log } = this;
        return outcomeOfRefusal(telling, { channel: claim.channel, error }, { record, log });
      }
    }
  }

  /** How much longer another process may be at it. */
  private othersNeed({ writer }: Posted): number {
    if (writer === undefined || writer.owner === this.options.owner) return 0;
    return writer.at + this.options.staleAfterMs - this.clock();
  }

  private async send(claim: Posted, { problem, tell }: Telling): Promise<CallResult<unknown>> {
    const note = claim.channel === tell.channel ? {} : { note: elsewhereNote(tell.channel) };
    const result = await this.messages.update(claim, renderProblem(problem, tell, note));
    if (result.kind !== 'refused' || !isAboutContent(result.error)) return result;
    this.log('error', 'Slack refuses an update as it was rendered: telling it plainly', {
      problem: problem.id,
      error: result.error,
    });
    return this.messages.update(claim, renderPlainly(problem));
  }
}

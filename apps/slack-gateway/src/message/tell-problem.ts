import { randomUUID } from 'node:crypto';
import type { ProblemView, Tell, Told } from '@gomon/contracts';
import { again, done, type Log, type Outcome } from '@gomon/messaging';
import type { Posted, Posting } from '../claim/claim.js';
import type { Claims, Held } from '../claim/claims.js';
import type { CallResult } from '../slack/slack-client.js';
import { NewestVersions } from './newest-versions.js';
import type { Record } from './record-told.js';
import { renderPlainly, renderProblem, type Rendered } from './render-problem.js';
import type { Place, SlackMessages } from './slack-messages.js';

/** A fact, as far as telling it is concerned. */
export interface Telling {
  readonly problem: ProblemView;
  readonly tell: Tell;
  /** It may have been tried before: by another delivery, another process. */
  readonly isRetry: boolean;
}

export interface TellingOptions {
  readonly owner: string;
  readonly fallbackChannel: string | undefined;
  /** Longer than a call may take: an older claim of another process is stale. */
  readonly staleAfterMs: number;
}

/** The channel does not take messages; another one may. */
const CHANNEL_ERRORS = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
]);
/** The message cannot be changed any more: it is posted again. */
const GONE_ERRORS = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'channel_not_found',
  'is_archived',
  'is_inactive',
]);
/** What we wrote is at fault. */
const CONTENT_ERRORS = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'metadata_too_large',
]);

const RETRY_MS = 1_000;
const REFUSED_RETRY_MS = 60_000;
/** Clocks differ between Slack and us. */
const LOOK_BACK_MS = 5 * 60_000;

/** Brings Slack to the state that a fact describes: one parent message a problem. */
export class TellProblem {
  private readonly versions = new NewestVersions();

  constructor(
    private readonly messages: SlackMessages,
    private readonly claims: Claims,
    private readonly record: Record,
    private readonly log: Log,
    private readonly options: TellingOptions,
    private readonly clock: () => number = Date.now,
  ) {}

  tell(telling: Telling): Promise<Outcome> {
    const { id, version } = telling.problem;
    return this.versions.alone(id, version, async (isSuperseded) => {
      if (isSuperseded()) return done;
      const held = (await this.claims.read(id)) ?? (await this.restore(telling));
      if (held === undefined) return this.postFirst(telling, 0, {});
      const { claim } = held;
      if (claim.state === 'posting') return this.resolveStale(telling, held, claim);
      if (claim.version >= version) return this.recorded(telling, claim);
      return this.update(telling, held, claim, isSuperseded);
    });
  }

  /** A claim that the bucket has lost stands in PostgreSQL: in the fact, or, for a fact made before it stood there, by query. */
  private async restore({ problem, isRetry }: Telling): Promise<Held | undefined> {
    const told = problem.told.find(({ receiver }) => receiver === 'slack');
    const known = told ?? (isRetry || problem.version > 1 ? await this.record.toldOf(problem.id) : undefined);
    return known === undefined ? undefined : this.claims.write(problem.id, postedOf(known), 0);
  }

  /** Claims, posts, notes where. `revision`: of the claim that is replaced, 0 for none. */
  private async postFirst(
    telling: Telling,
    revision: number,
    more: { readonly note?: string; readonly nonce?: string; readonly channel?: string },
  ): Promise<Outcome> {
    const { problem, tell } = telling;
    const channel = more.channel ?? tell.channel;
    const nonce = more.nonce ?? randomUUID();
    const claim: Posting = { state: 'posting', nonce, channel, owner: this.options.owner, at: this.clock() };
    const held = await this.claims.write(problem.id, claim, revision);
    if (held === undefined) return again(RETRY_MS, 'another process has just claimed the message');
    const result = await this.send(telling, claim, more.note);
    if (result.kind === 'ok') return this.posted(telling, held, claim, result.value);
    if (result.kind === 'unknown') return again(RETRY_MS, result.reason);
    await this.claims.release(problem.id, held);
    if (result.kind === 'wait') return waitFor(result);
    return this.refused(telling, channel, result.error);
  }

  private async send(telling: Telling, claim: Posting, note: string | undefined): Promise<CallResult<Place>> {
    const { problem, tell } = telling;
    const about = { problemId: problem.id, nonce: claim.nonce };
    const post = (rendered: Rendered) =>
      this.messages.post(claim.channel, rendered, about, priorityOf(problem));
    const result = await post(renderProblem(problem, tell, note === undefined ? {} : { note }));
    if (result.kind !== 'refused' || !CONTENT_ERRORS.has(result.error)) return result;
    this.log('error', 'Slack refuses a message as it was rendered: telling it plainly', {
      problem: problem.id,
      error: result.error,
    });
    return post(renderPlainly(problem));
  }

  private async posted(telling: Telling, held: Held, claim: Posting, place: Place): Promise<Outcome> {
    const next: Posted = {
      state: 'posted',
      channel: claim.channel,
      ...place,
      version: telling.problem.version,
    };
    await this.claims.write(telling.problem.id, next, held.revision);
    return this.recorded(telling, next);
  }

  /** Nobody knows whether the message was posted: look before trying again. */
  private async resolveStale(telling: Telling, held: Held, claim: Posting): Promise<Outcome> {
    const age = this.clock() - claim.at;
    if (claim.owner !== this.options.owner && age < this.options.staleAfterMs) {
      return again(this.options.staleAfterMs - age, 'another process is posting');
    }
    const found = await this.messages.find(claim.channel, claim.nonce, claim.at - LOOK_BACK_MS);
    if (found.kind === 'wait') return waitFor(found);
    if (found.kind !== 'ok') {
      return again(
        RETRY_MS,
        found.kind === 'unknown' ? found.reason : `cannot look for a message: ${found.error}`,
      );
    }
    const [oldest, ...extra] = found.value;
    if (oldest === undefined) {
      return this.postFirst(telling, held.revision, { nonce: claim.nonce, channel: claim.channel });
    }
    for (const place of extra) await this.messages.delete(place);
    const next: Posted = { state: 'posted', channel: claim.channel, ...oldest, version: 0 };
    const written = await this.claims.write(telling.problem.id, next, held.revision);
    if (written === undefined) return again(RETRY_MS, 'another process has just found the message');
    return this.update(telling, written, next, () => false);
  }

  private async update(
    telling: Telling,
    held: Held,
    claim: Posted,
    isSuperseded: () => boolean,
  ): Promise<Outcome> {
    const { problem, tell } = telling;
    const elsewhere = claim.channel === tell.channel ? undefined : elsewhereNote(tell.channel);
    const rendered = renderProblem(problem, tell, elsewhere === undefined ? {} : { note: elsewhere });
    let result = await this.messages.update(claim, rendered, priorityOf(problem));
    if (result.kind === 'refused' && CONTENT_ERRORS.has(result.error)) {
      result = await this.messages.update(claim, renderPlainly(problem), priorityOf(problem));
    }
    switch (result.kind) {
      case 'ok': {
        const next = { ...claim, version: problem.version };
        await this.claims.write(problem.id, next, held.revision);
        return this.recorded(telling, next);
      }
      case 'wait':
        return isSuperseded() ? done : waitFor(result);
      // An update that was done twice is the same update.
      case 'unknown':
        return again(RETRY_MS, result.reason);
      case 'refused':
        if (GONE_ERRORS.has(result.error)) {
          return this.postFirst(telling, held.revision, { note: 'Continues a message that is gone.' });
        }
        return this.refused(telling, claim.channel, result.error);
    }
  }

  /** Slack says no. Another channel may take it; else it is said and tried again: nothing is dropped. */
  private async refused(telling: Telling, channel: string, error: string): Promise<Outcome> {
    const { fallbackChannel } = this.options;
    if (CHANNEL_ERRORS.has(error) && fallbackChannel !== undefined && channel !== fallbackChannel) {
      this.log('warn', 'a channel does not take a message: telling it in the fallback channel', {
        channel,
        error,
      });
      const note = elsewhereNote(telling.tell.channel, error);
      const held = await this.claims.read(telling.problem.id);
      return this.postFirst(telling, held?.revision ?? 0, { channel: fallbackChannel, note });
    }
    this.log('error', 'Slack refuses a message', { problem: telling.problem.id, channel, error });
    await this.record.failed(telling.problem, channel, error);
    return again(REFUSED_RETRY_MS, `Slack says ${error}`);
  }

  /** The record in PostgreSQL follows what stands in Slack; it is written once more when in doubt. */
  private async recorded({ problem, isRetry }: Telling, claim: Posted): Promise<Outcome> {
    const known = problem.told.find(({ ts }) => ts === claim.ts);
    if (isRetry || known === undefined || known.version < claim.version)
      await this.record.told(problem.id, claim);
    return done;
  }
}

function elsewhereNote(channel: string, error?: string): string {
  return `Meant for ${channel}${error === undefined ? '' : `, which does not take it (${error})`}.`;
}

function postedOf({ channel, channelId, ts, version }: Told): Posted {
  return { state: 'posted', channel, channelId, ts, version };
}

function waitFor(result: {
  readonly ms: number;
  readonly reason: string;
  readonly isBreaker: boolean;
}): Outcome {
  return again(result.ms, result.reason, result.isBreaker ? { pauseMs: result.ms } : {});
}

/** 0 for P0: it is told first. */
function priorityOf({ severity }: ProblemView): number {
  return Number(severity.slice(1));
}

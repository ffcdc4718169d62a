import type { CallResult, Waits } from '@gomon/service';
import type { Pacer } from '../slack/pacer.js';
import type { SlackCalls } from '../slack/slack-calls.js';
import { ChannelIds } from './channel-ids.js';
import { MessageSearch, type Place, type Span } from './message-search.js';
import type { Rendered } from './render-problem.js';
import { plainAnswer, postAnswer, updateAnswer } from './slack-answers.js';

const EVENT_TYPE = 'gomon_problem';
/** A turn further away than this is not waited for: the fact comes again by then. */
const MAX_WAIT_MS = 15_000;

/** The pace of first posts is that of their channel, the pace of updates that of the workspace. */
export interface Pacers {
  readonly posts: Pacer;
  readonly updates: Pacer;
}

/** The few things the gateway does with messages. */
export class SlackMessages {
  private readonly channelIds: ChannelIds;
  private readonly search: MessageSearch;

  constructor(
    private readonly calls: SlackCalls,
    private readonly pacers: Pacers,
    clock: () => number = Date.now,
  ) {
    this.channelIds = new ChannelIds(calls);
    this.search = new MessageSearch(calls, clock);
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.pacers.posts.waiting + this.pacers.updates.waiting;
  }

  /** Nobody's turn comes any more. */
  stop(): void {
    this.pacers.posts.stop();
    this.pacers.updates.stop();
  }

  /** Waits until it is one's turn to post or update. Undefined: it is; else how long it will take. */
  async turn(
    method: 'chat.postMessage' | 'chat.update',
    channel: string,
    priority: number,
  ): Promise<Waits | undefined> {
    const paused = this.calls.pausedFor(method, channel);
    if (paused !== undefined) return paused;
    const isUpdate = method === 'chat.update';
    const turn = isUpdate
      ? this.pacers.updates.turn(method, priority, MAX_WAIT_MS)
      : this.pacers.posts.turn(channel, priority, MAX_WAIT_MS);
    if (!(await turn)) {
      const reason = isUpdate ? 'too many updates' : 'too many messages for one channel';
      return { kind: 'wait', ms: MAX_WAIT_MS, reason, isForAll: false };
    }
    return this.calls.pausedFor(method, channel);
  }

  async post(
    channel: string,
    rendered: Rendered,
    about: { readonly problemId: string; readonly nonce: string },
  ): Promise<CallResult<Place>> {
    const result = await this.calls.call('chat.postMessage', channel, postAnswer, {
      channel,
      ...rendered,
      unfurl_links: false,
      unfurl_media: false,
      metadata: {
        event_type: EVENT_TYPE,
        event_payload: { problem_id: about.problemId, nonce: about.nonce },
      },
    });
    if (result.kind !== 'ok') return result;
    this.channelIds.learn(channel, result.value.channel);
    return { kind: 'ok', value: { channelId: result.value.channel, ts: result.value.ts } };
  }

  update({ channelId, ts }: Place, rendered: Rendered): Promise<CallResult<unknown>> {
    return this.calls.call('chat.update', channelId, updateAnswer, { channel: channelId, ts, ...rendered });
  }

  /** Ok as well when it is no longer there. */
  async delete({ channelId, ts }: Place): Promise<CallResult<unknown>> {
    const result = await this.calls.call('chat.delete', channelId, plainAnswer, { channel: channelId, ts });
    const isGone = result.kind === 'refused' && result.error === 'message_not_found';
    return isGone ? { kind: 'ok', value: undefined } : result;
  }

  /** The messages with a nonce, the oldest first. */
  async find(channel: string, nonce: string, span: Span): Promise<CallResult<readonly Place[]>> {
    const id = await this.channelIds.idOf(channel);
    return id.kind === 'ok' ? this.search.find(id.value, nonce, span) : id;
  }
}

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

/** What a message is found again by. */
interface About {
  readonly problemId: string;
  readonly nonce: string;
}

const NO_PREVIEWS = { unfurl_links: false, unfurl_media: false };

type PacedMethod = 'chat.postMessage' | 'chat.update';

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

  /** Why it is clear from the start that one's turn does not come soon, without waiting or asking anybody. */
  lineOf(method: PacedMethod, channel: string, priority: number): Waits | undefined {
    const paused = this.calls.pausedFor(method, channel);
    if (paused !== undefined) return paused;
    const { pacer, lane } = this.laneOf(method, channel);
    return pacer.expectedMs(lane, priority) > MAX_WAIT_MS ? tooMany(method) : undefined;
  }

  /** Waits until it is one's turn to post or update. Undefined: it is; else how long it will take. */
  async turn(method: PacedMethod, channel: string, priority: number): Promise<Waits | undefined> {
    const paused = this.calls.pausedFor(method, channel);
    if (paused !== undefined) return paused;
    const { pacer, lane } = this.laneOf(method, channel);
    if (!(await pacer.turn(lane, priority, MAX_WAIT_MS))) return tooMany(method);
    return this.calls.pausedFor(method, channel);
  }

  private laneOf(method: PacedMethod, channel: string): { readonly pacer: Pacer; readonly lane: string } {
    return method === 'chat.update'
      ? { pacer: this.pacers.updates, lane: method }
      : { pacer: this.pacers.posts, lane: channel };
  }

  async post(channel: string, rendered: Rendered, about: About): Promise<CallResult<Place>> {
    const result = await this.calls.call('chat.postMessage', channel, postAnswer, {
      channel,
      ...rendered,
      ...NO_PREVIEWS,
      metadata: metadataOf(about),
    });
    if (result.kind !== 'ok') return result;
    this.channelIds.learn(channel, result.value.channel);
    return { kind: 'ok', value: { channelId: result.value.channel, ts: result.value.ts } };
  }

  /** A reply to a message. One that is shown in its channel too notifies, unlike a change. */
  reply(
    { channelId, ts }: Place,
    rendered: Rendered,
    about: About,
    { isBroadcast }: { readonly isBroadcast: boolean },
  ): Promise<CallResult<unknown>> {
    return this.calls.call('chat.postMessage', channelId, postAnswer, {
      channel: channelId,
      thread_ts: ts,
      reply_broadcast: isBroadcast,
      ...rendered,
      ...NO_PREVIEWS,
      metadata: metadataOf(about),
    });
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

  /** The same among the replies to a message. */
  findReply(parent: Place, nonce: string, span: Span): Promise<CallResult<readonly Place[]>> {
    return this.search.findReply(parent, nonce, span);
  }
}

function metadataOf({ problemId, nonce }: About) {
  return { event_type: EVENT_TYPE, event_payload: { problem_id: problemId, nonce } };
}

function tooMany(method: PacedMethod): Waits {
  const reason = method === 'chat.update' ? 'too many updates' : 'too many messages for one channel';
  return { kind: 'wait', ms: MAX_WAIT_MS, reason, isForAll: false };
}

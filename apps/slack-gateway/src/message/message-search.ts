import type { CallResult } from '@gomon/service';
import type { SlackCalls } from '../slack/slack-calls.js';
import { historyAnswer } from './slack-answers.js';

/** Where a message stands. */
export interface Place {
  readonly channelId: string;
  readonly ts: string;
}

/** When a message was posted, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A channel, or one thread of it. */
interface Read {
  readonly method: 'conversations.history' | 'conversations.replies';
  readonly channelId: string;
  readonly ts?: string;
}

type Found = CallResult<ReadonlyMap<string, readonly Place[]>>;

interface Searched {
  readonly span: Span;
  readonly found: PromiseWithResolvers<Found>;
}

/** What asks has to answer within a minute, and may have to wait for the reading before its own. */
const LONGEST_READING_MS = 20_000;
const PAGE = 200;

/**
 * Finds messages by the nonce in their metadata. Slack can only be read page by page, some fifty times a minute: one reading
 * of a channel answers all who ask meanwhile, as after a crash in a storm.
 */
export class MessageSearch {
  private readonly waiting = new Map<string, Searched[]>();
  private readonly reading = new Set<string>();

  constructor(
    private readonly calls: SlackCalls,
    private readonly clock: () => number,
  ) {}

  /** The messages with a nonce, the oldest first. */
  async find(channelId: string, nonce: string, span: Span): Promise<CallResult<readonly Place[]>> {
    const found = Promise.withResolvers<Found>();
    this.waiting.set(channelId, [...(this.waiting.get(channelId) ?? []), { span, found }]);
    void this.readAll(channelId);
    const result = await found.promise;
    if (result.kind !== 'ok') return result;
    const places = result.value.get(nonce) ?? [];
    return { kind: 'ok', value: places.toSorted((a, b) => Number(a.ts) - Number(b.ts)) };
  }

  /** The replies in the thread of a message that have a nonce: what no channel shows is found only there. */
  async findReply(parent: Place, nonce: string, span: Span): Promise<CallResult<readonly Place[]>> {
    const thread = { method: 'conversations.replies', channelId: parent.channelId, ts: parent.ts } as const;
    const result = await this.read(thread, span);
    return result.kind === 'ok' ? { kind: 'ok', value: result.value.get(nonce) ?? [] } : result;
  }

  private async readAll(channelId: string): Promise<void> {
    if (this.reading.has(channelId)) return;
    this.reading.add(channelId);
    for (let asked = this.take(channelId); asked.length > 0; asked = this.take(channelId)) {
      const span = {
        from: Math.min(...asked.map((each) => each.span.from)),
        to: Math.max(...asked.map((each) => each.span.to)),
      };
      await this.read({ method: 'conversations.history', channelId }, span).then(
        (result) => asked.forEach(({ found }) => found.resolve(result)),
        (error: unknown) => asked.forEach(({ found }) => found.reject(error)),
      );
    }
    this.reading.delete(channelId);
  }

  private take(channelId: string): readonly Searched[] {
    const asked = this.waiting.get(channelId) ?? [];
    this.waiting.delete(channelId);
    return asked;
  }

  private async read({ method, channelId, ts: thread }: Read, { from, to }: Span): Promise<Found> {
    const found = new Map<string, Place[]>();
    const until = this.clock() + LONGEST_READING_MS;
    let cursor = '';
    do {
      if (this.clock() > until) return { kind: 'unknown', reason: 'reading a channel takes too long' };
      const result = await this.calls.call(method, channelId, historyAnswer, {
        channel: channelId,
        ...(thread === undefined ? {} : { ts: thread }),
        include_all_metadata: true,
        limit: PAGE,
        oldest: (from / 1_000).toFixed(6),
        latest: (to / 1_000).toFixed(6),
        ...(cursor === '' ? {} : { cursor }),
      });
      if (result.kind !== 'ok') return result;
      for (const { ts, metadata } of result.value.messages) {
        const nonce = metadata?.event_payload?.['nonce'];
        if (typeof nonce === 'string') found.set(nonce, [...(found.get(nonce) ?? []), { channelId, ts }]);
      }
      cursor = result.value.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    return { kind: 'ok', value: found };
  }
}

import { z } from 'zod';
import type { Pacer } from '../slack/pacer.js';
import type { Pauses } from '../slack/pauses.js';
import type { CallResult, SlackClient } from '../slack/slack-client.js';
import type { Rendered } from './render-problem.js';

/** Where a message stands. */
export interface Place {
  readonly channelId: string;
  readonly ts: string;
}

const posted = z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() });
const updated = z.object({ ok: z.literal(true), ts: z.string() });
const done = z.object({ ok: z.literal(true) });
const channels = z.object({
  ok: z.literal(true),
  channels: z.array(z.object({ id: z.string(), name: z.string() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const history = z.object({
  ok: z.literal(true),
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_payload: z.record(z.string(), z.unknown()).optional() }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

const EVENT_TYPE = 'gomon_problem';
/** A turn further away than this is not waited for: the fact comes again by then. */
const MAX_WAIT_MS = 15_000;
const MOST_PAGES = 20;

/** The few things the gateway does with messages, each one call at Slack's pace. */
export class SlackMessages {
  private readonly channelIds = new Map<string, string>();

  constructor(
    private readonly client: SlackClient,
    private readonly pacer: Pacer,
    private readonly pauses: Pauses,
    private readonly clock: () => number = Date.now,
  ) {}

  async post(
    channel: string,
    rendered: Rendered,
    about: { readonly problemId: string; readonly nonce: string },
    priority: number,
  ): Promise<CallResult<Place>> {
    const result = await this.paced('chat.postMessage', channel, priority, posted, {
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
    this.channelIds.set(channel, result.value.channel);
    return { kind: 'ok', value: { channelId: result.value.channel, ts: result.value.ts } };
  }

  update(place: Place, rendered: Rendered, priority: number): Promise<CallResult<unknown>> {
    const { channelId, ts } = place;
    return this.paced('chat.update', channelId, priority, updated, { channel: channelId, ts, ...rendered });
  }

  delete({ channelId, ts }: Place): Promise<CallResult<unknown>> {
    return this.unpaced('chat.delete', channelId, done, { channel: channelId, ts });
  }

  /** The messages with a nonce, the oldest first. `since`: milliseconds since the epoch. */
  async find(channel: string, nonce: string, since: number): Promise<CallResult<readonly Place[]>> {
    const id = await this.idOf(channel);
    if (id.kind !== 'ok') return id;
    const found: Place[] = [];
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const result = await this.unpaced('conversations.history', id.value, history, {
        channel: id.value,
        include_all_metadata: true,
        limit: 200,
        oldest: (since / 1_000).toFixed(6),
        ...(cursor === '' ? {} : { cursor }),
      });
      if (result.kind !== 'ok') return result;
      for (const { ts, metadata } of result.value.messages) {
        if (metadata?.event_payload?.['nonce'] === nonce) found.push({ channelId: id.value, ts });
      }
      cursor = result.value.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return { kind: 'ok', value: found.sort((a, b) => Number(a.ts) - Number(b.ts)) };
  }

  /** Reading history takes an id. */
  private async idOf(channel: string): Promise<CallResult<string>> {
    const name = channel.replace(/^#/, '');
    const known = this.channelIds.get(channel);
    if (known !== undefined) return { kind: 'ok', value: known };
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const result = await this.unpaced('conversations.list', '', channels, {
        exclude_archived: false,
        limit: 999,
        types: 'public_channel,private_channel',
        ...(cursor === '' ? {} : { cursor }),
      });
      if (result.kind !== 'ok') return result;
      for (const each of result.value.channels) this.channelIds.set(`#${each.name}`, each.id);
      const found = result.value.channels.find((each) => each.name === name || each.id === channel);
      if (found !== undefined) return { kind: 'ok', value: found.id };
      cursor = result.value.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return { kind: 'refused', error: 'channel_not_found' };
  }

  private async paced<Schema extends z.ZodType>(
    method: string,
    channel: string,
    priority: number,
    schema: Schema,
    args: Record<string, unknown>,
  ): Promise<CallResult<z.output<Schema>>> {
    if (!(await this.pacer.turn(channel, priority, MAX_WAIT_MS))) {
      return { kind: 'wait', ms: MAX_WAIT_MS, reason: 'too many messages for one channel', isBreaker: false };
    }
    return this.unpaced(method, channel, schema, args);
  }

  private async unpaced<Schema extends z.ZodType>(
    method: string,
    channel: string,
    schema: Schema,
    args: Record<string, unknown>,
  ): Promise<CallResult<z.output<Schema>>> {
    const left = this.pauses.left(method, channel, this.clock());
    if (left > 0) return { kind: 'wait', ms: left, reason: `${method} is paused`, isBreaker: false };
    const result = await this.client.call(method, args, schema);
    if (result.kind === 'wait' && !result.isBreaker)
      this.pauses.pause(method, channel, result.ms, this.clock());
    return result;
  }
}

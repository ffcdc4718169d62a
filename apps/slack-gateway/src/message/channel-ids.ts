import type { CallResult } from '@gomon/service';
import type { SlackCalls } from '../slack/slack-calls.js';
import { channelsAnswer } from './slack-answers.js';

const MOST_PAGES = 20;

/** The ids of channels by their names: routes have names, reading a channel takes an id. */
export class ChannelIds {
  private readonly known = new Map<string, string>();
  private listing: Promise<CallResult<undefined>> | undefined;

  constructor(private readonly calls: SlackCalls) {}

  /** As Slack has just told it. */
  learn(channel: string, id: string): void {
    this.known.set(channel, id);
  }

  async idOf(channel: string): Promise<CallResult<string>> {
    if (!this.known.has(channel)) {
      this.listing ??= this.list().finally(() => {
        this.listing = undefined;
      });
      const listed = await this.listing;
      if (listed.kind !== 'ok') return listed;
    }
    const id = this.known.get(channel);
    return id === undefined ? { kind: 'refused', error: 'channel_not_found' } : { kind: 'ok', value: id };
  }

  private async list(): Promise<CallResult<undefined>> {
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const result = await this.calls.call('conversations.list', '', channelsAnswer, {
        exclude_archived: false,
        limit: 999,
        types: 'public_channel,private_channel',
        ...(cursor === '' ? {} : { cursor }),
      });
      if (result.kind !== 'ok') return result;
      for (const { id, name } of result.value.channels) {
        for (const written of [name, `#${name}`, id]) this.known.set(written, id);
      }
      cursor = result.value.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return { kind: 'ok', value: undefined };
  }
}

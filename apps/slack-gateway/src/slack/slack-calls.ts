import type { z } from 'zod';
import type { CallResult, Waits } from '@gomon/service';
import type { Pauses } from './pauses.js';
import type { SlackClient } from './slack-client.js';

/** Calls that keep the pauses which Slack asks for. */
export class SlackCalls {
  constructor(
    private readonly client: SlackClient,
    private readonly pauses: Pauses,
    private readonly clock: () => number,
  ) {}

  async call<Schema extends z.ZodType>(
    method: string,
    channel: string,
    schema: Schema,
    args: Record<string, unknown>,
  ): Promise<CallResult<z.output<Schema>>> {
    const paused = this.pausedFor(method, channel);
    if (paused !== undefined) return paused;
    const result = await this.client.call(method, args, schema);
    if (result.kind === 'wait' && !result.isForAll) {
      this.pauses.pause(method, channel, result.ms, this.clock());
    }
    return result;
  }

  /** Undefined: it may be called now. */
  pausedFor(method: string, channel: string): Waits | undefined {
    const ms = this.pauses.left(method, channel, this.clock());
    return ms > 0 ? { kind: 'wait', ms, reason: `${method} is paused`, isForAll: false } : undefined;
  }
}

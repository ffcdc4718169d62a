import { commandAnswer, type CommandAnswer, type CommandEvent } from '@gomon/contracts';
import { createInbox, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { Nats } from './nats.js';
import type { Publisher, Stored } from './publisher.js';

/** Sends commands to their stream and waits for the answer that follows the commit. */
export class CommandSender {
  constructor(
    private readonly nats: Nats,
    private readonly publisher: Publisher,
  ) {}

  /**
   * `onStored` is called as soon as the stream has the command: from then on it will be done, sooner or later. Resolves
   * with the answer, or without one when there was none within `waitMs`.
   * @throws PublishError when the stream does not have it
   */
  async send(
    command: CommandEvent,
    options: { readonly waitMs: number; readonly onStored?: (stored: Stored) => void },
  ): Promise<{ commandId: string; answer?: CommandAnswer }> {
    const replyTo = createInbox();
    const connection = await this.connection();
    const subscription = connection?.subscribe(replyTo, { max: 1 });
    try {
      const stored = await this.publisher.publish({
        subject: command.type,
        id: command.id,
        event: { ...command, data: { ...command.data, replyTo } },
      });
      options.onStored?.(stored);
      const answer = subscription && (await firstAnswer(subscription, options.waitMs));
      return { commandId: command.id, ...(answer === undefined ? {} : { answer }) };
    } finally {
      subscription?.unsubscribe();
    }
  }

  /** None: publishing will say so, as its own error. */
  private async connection(): Promise<NatsConnection | undefined> {
    return this.nats.whenConnected(1_000).catch(() => undefined);
  }
}

async function firstAnswer(subscription: Subscription, waitMs: number): Promise<CommandAnswer | undefined> {
  const timer = setTimeout(() => subscription.unsubscribe(), waitMs);
  try {
    for await (const message of subscription) return parseAnswer(message.string());
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** An answer that is none of ours tells nothing: the command is stored and will be done all the same. */
function parseAnswer(text: string): CommandAnswer | undefined {
  try {
    return commandAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

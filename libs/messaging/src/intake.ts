import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { backoffMs } from './backoff.js';
import { describeError, type Log } from './log.js';
import { NotConnectedError, type Nats } from './nats.js';
import type { ConsumerDeclaration } from './streams.js';

/** A pull request lasts so long when nothing comes. */
const PULL_MS = 30_000;
/** After two missed heartbeats a pull is taken for lost and made anew. */
const HEARTBEAT_MS = 3_000;
/** While NATS is away, so often it is looked whether to stop. */
const CONNECTION_WAIT_MS = 1_000;
const RETRY = { baseMs: 250, factor: 2, capMs: 5_000 };

/**
 * Pulls the messages of one durable consumer for as long as the process lives. Pull requests are made by hand
 * (`fetch`, not `consume`), because a `consume` goes on by itself with messages nobody has room for, and neither ends nor
 * heals when its consumer or stream is deleted.
 */
export class Intake {
  private readonly stopping = new AbortController();
  private source: { readonly client: JetStreamClient; readonly consumer: Consumer } | undefined;
  private pulling: ConsumerMessages | undefined;
  private pausedUntil = 0;

  constructor(
    private readonly options: {
      readonly nats: Nats;
      readonly consumer: ConsumerDeclaration;
      /** Resolves with how many messages there is room for, at least one. */
      readonly room: () => Promise<number>;
      readonly onMessage: (message: JsMsg) => void;
      /** Creates the consumer, and its stream, if they are gone. */
      readonly heal: () => Promise<void>;
      readonly log: Log;
    },
  ) {}

  /** Resolves after `stop`. */
  async run(): Promise<void> {
    const { consumer, log } = this.options;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const room = await this.options.room();
        await this.sleep(this.pausedUntil - Date.now());
        await this.options.nats.whenConnected(CONNECTION_WAIT_MS);
        if (this.stopping.signal.aborted) return;
        for await (const message of await this.pull(room)) {
          failures = 0;
          this.options.onMessage(message);
        }
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (error instanceof NotConnectedError) continue;
        this.source = undefined;
        failures += 1;
        log('warn', 'pulling was interrupted', { consumer: consumer.name, error: describeError(error) });
        if (failures > 1) await this.sleep(backoffMs(failures - 1, Math.random(), RETRY));
        await this.options.heal().catch((cause: unknown) => {
          log('error', 'a consumer could not be restored', {
            consumer: consumer.name,
            error: describeError(cause),
          });
        });
      }
    }
  }

  /**
   * Makes no further pull request for so long. The present one stays open: cancelling it would lose, until the acknowledgement
   * wait is over, what the server is just sending.
   */
  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, Date.now() + ms);
  }

  /** How much longer it pauses, in ms; 0 or less when it does not. */
  pausedForMs(): number {
    return this.pausedUntil - Date.now();
  }

  stop(): void {
    this.stopping.abort();
    this.pulling?.stop();
  }

  private async pull(room: number): Promise<ConsumerMessages> {
    const client = this.options.nats.jetstream;
    if (this.source?.client !== client) {
      const { stream, name } = this.options.consumer;
      this.source = { client, consumer: await client.consumers.get(stream.name, name) };
    }
    // bind: after a reconnect it just pulls again; looking the consumer up first may wait 30 s where the server has just
    // started and does not answer yet.
    this.pulling = await this.source.consumer.fetch({
      max_messages: room,
      expires: PULL_MS,
      idle_heartbeat: HEARTBEAT_MS,
      bind: true,
    });
    if (this.stopping.signal.aborted) this.pulling.stop();
    return this.pulling;
  }

  private async sleep(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

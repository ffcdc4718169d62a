import { JetStreamApiError } from '@nats-io/jetstream';
import type { Nats } from '@gomon/messaging';
import { z } from 'zod';

/** The server's own number of "no message found". */
const NO_MESSAGE = 10_037;

const eventId = z.looseObject({ id: z.string() });

/** An event as it is stored, and where it stands in its message. */
export interface StoredEvent {
  readonly event: unknown;
  readonly seq: number;
  readonly place: number;
}

/** The clocks of the server and of who decides differ by no more than this. */
const MOST_SKEW_MS = 60 * 60_000;

export interface FirstStored {
  readonly seq: number;
  /** Nothing that is stored was decided before; absent: nothing is stored. */
  readonly at?: string;
}

/** Reads events of a stream by the sequences of their messages; of each message it reads the body once. */
export class StoredEvents {
  private readonly messages = new Map<number, readonly unknown[]>();

  constructor(
    private readonly nats: Nats,
    private readonly stream: string,
  ) {}

  /** Of what stands before it nothing is stored any more. */
  async first(): Promise<FirstStored> {
    const manager = await this.nats.jetstreamManager();
    const { state } = await manager.streams.info(this.stream);
    const { first_seq: seq, first_ts: time, messages } = state;
    return {
      seq,
      ...(messages === 0 ? {} : { at: new Date(Date.parse(time) - MOST_SKEW_MS).toISOString() }),
    };
  }

  /** An event by its id, in the first of the messages that holds it. Undefined: none is stored any more. */
  async find(id: string, seqs: readonly number[]): Promise<StoredEvent | undefined> {
    for (const seq of seqs) {
      const events = await this.eventsIn(seq);
      const place = events.findIndex((event) => eventId.safeParse(event).data?.id === id);
      if (place >= 0) return { event: events[place], seq, place };
    }
    return undefined;
  }

  private async eventsIn(seq: number): Promise<readonly unknown[]> {
    const known = this.messages.get(seq);
    if (known !== undefined) return known;
    const events = await this.read(seq);
    this.messages.set(seq, events);
    return events;
  }

  private async read(seq: number): Promise<readonly unknown[]> {
    const manager = await this.nats.jetstreamManager();
    try {
      const message = await manager.streams.getMessage(this.stream, { seq });
      if (message === null) return [];
      const json: unknown = JSON.parse(message.string());
      return Array.isArray(json) ? (json as unknown[]) : [json];
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === NO_MESSAGE) return [];
      // What is no JSON was a dead letter, and nothing was decided about it.
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }
}

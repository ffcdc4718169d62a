import { deadLetterEvent, type DeadLetter } from '@gomon/contracts';
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import { packPayload, unpackPayload } from './dead-letter-payload.js';
import { fromHeaders, REPLAY_OF_HEADER } from './headers.js';
import type { Nats } from './nats.js';
import type { Publisher, Stored } from './publisher.js';
import { STREAMS } from './streams.js';

/** A dead letter as it stands in its stream. */
export interface StoredDeadLetter {
  /** Its sequence in the stream of dead letters: how it is shown, replayed and dropped. */
  readonly seq: number;
  readonly storedAt: Date;
  readonly letter: DeadLetter;
}

/** There is no dead letter with this sequence (any more). */
export class DeadLetterNotFoundError extends Error {
  override readonly name = 'DeadLetterNotFoundError';
  constructor(readonly seq: number) {
    super(`there is no dead letter ${seq}`);
  }
}

/** The dead letter cannot be replayed; the message says why and what to do. */
export class ReplayRefusedError extends Error {
  override readonly name = 'ReplayRefusedError';
  constructor(
    readonly seq: number,
    why: string,
  ) {
    super(`dead letter ${seq} cannot be replayed: ${why}`);
  }
}

const DEAD_LETTERS = STREAMS.deadLetters.name;
/** Messages read at once while listing. */
const CHUNK = 32;

/** The dead letters, for an operator. */
export class DeadLetters {
  constructor(
    private readonly nats: Nats,
    private readonly publisher: Publisher,
  ) {}

  /** The newest first; of one stream only when `stream` is given. */
  async list(options: { readonly stream?: string; readonly limit: number }): Promise<StoredDeadLetter[]> {
    const manager = await this.nats.jetstreamManager();
    const { state } = await manager.streams.info(DEAD_LETTERS);
    const found: StoredDeadLetter[] = [];
    for (let last = state.last_seq; last >= state.first_seq && last > 0; last -= CHUNK) {
      const seqs = Array.from({ length: CHUNK }, (_, back) => last - back).filter(
        (seq) => seq >= state.first_seq && seq > 0,
      );
      for (const letter of await Promise.all(seqs.map((seq) => this.read(manager, seq)))) {
        if (letter === undefined) continue;
        if (options.stream !== undefined && streamOf(letter.letter) !== options.stream) continue;
        found.push(letter);
        if (found.length >= options.limit) return found;
      }
    }
    return found;
  }

  /** @throws DeadLetterNotFoundError */
  async show(seq: number): Promise<StoredDeadLetter> {
    const letter = await this.read(await this.nats.jetstreamManager(), seq);
    if (letter === undefined) throw new DeadLetterNotFoundError(seq);
    return letter;
  }

  /**
   * Publishes the original body to the original subject, then deletes the dead letter. Replaying twice publishes once.
   * @throws DeadLetterNotFoundError, ReplayRefusedError, PublishError
   */
  async replay(seq: number): Promise<Stored> {
    const { letter, storedAt } = await this.show(seq);
    const { origin } = letter;
    if (origin.kind === 'http') {
      throw new ReplayRefusedError(seq, `it came by HTTP: post its payload to ${origin.path} again`);
    }
    if (origin.stream === DEAD_LETTERS) throw new ReplayRefusedError(seq, 'it is no dead letter of ours');
    const body = unpackPayload(letter.payload);
    if (body === undefined) {
      throw new ReplayRefusedError(
        seq,
        'its body was too large to be kept whole; the sender has to send it again',
      );
    }
    const headers = Object.entries(letter.headers).filter(([name]) => !/^nats-/i.test(name));
    const stored = await this.publisher.publish({
      subject: letter.subject,
      id: `replay.${seq}.${storedAt.getTime()}`,
      body,
      headers: { ...Object.fromEntries(headers), [REPLAY_OF_HEADER]: `${origin.stream}:${origin.seq}` },
    });
    await this.drop(seq);
    return stored;
  }

  /** Deletes it. @throws DeadLetterNotFoundError */
  async drop(seq: number): Promise<void> {
    await this.show(seq);
    const manager = await this.nats.jetstreamManager();
    await manager.streams.deleteMessage(DEAD_LETTERS, seq, false);
  }

  private async read(manager: JetStreamManager, seq: number): Promise<StoredDeadLetter | undefined> {
    const message = await manager.streams.getMessage(DEAD_LETTERS, { seq });
    return message === null
      ? undefined
      : { seq: message.seq, storedAt: message.time, letter: letterOf(message) };
  }
}

function letterOf(message: StoredMsg): DeadLetter {
  try {
    return deadLetterEvent.parse(message.json()).data;
  } catch {
    return {
      reason: 'somebody published this to the dead letters, and it is none',
      origin: { kind: 'message', stream: DEAD_LETTERS, seq: message.seq, consumer: '', attempts: 0 },
      subject: message.subject,
      headers: fromHeaders(message.header),
      payload: packPayload(message.data, Infinity),
    };
  }
}

function streamOf(letter: DeadLetter): string {
  return letter.origin.kind === 'message' ? letter.origin.stream : STREAMS.observations.name;
}

import { BUCKETS, type Nats } from '@gomon/messaging';
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { claim, type Claim } from './claim.js';

/** A claim and the revision it was read at. */
export interface Held {
  readonly claim: Claim;
  readonly revision: number;
}

/** Claims on messages, by problem id, in a key-value bucket: changed by compare-and-set, so that one process wins. */
export class Claims {
  private opened: { readonly connection: NatsConnection; readonly bucket: Promise<KV> } | undefined;

  constructor(private readonly nats: Nats) {}

  async read(problemId: string): Promise<Held | undefined> {
    const entry = await (await this.bucket()).get(problemId);
    if (entry?.operation !== 'PUT') return undefined;
    const parsed = claim.safeParse(entry.json());
    return parsed.success ? { claim: parsed.data, revision: entry.revision } : undefined;
  }

  /** Writes a claim over the one that was read (`revision` 0: none). Undefined: somebody else was faster. */
  async write(problemId: string, next: Claim, revision: number): Promise<Held | undefined> {
    const bucket = await this.bucket();
    const value = JSON.stringify(next);
    try {
      const written =
        revision === 0
          ? await bucket.create(problemId, value)
          : await bucket.update(problemId, value, revision);
      return { claim: next, revision: written };
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  /** Gives up a claim whose message was surely not posted. */
  async release(problemId: string, held: Held): Promise<void> {
    const bucket = await this.bucket();
    await bucket.delete(problemId, { previousSeq: held.revision }).catch((error: unknown) => {
      if (!isConflict(error)) throw error;
    });
  }

  private bucket(): Promise<KV> {
    const { connection } = this.nats;
    if (this.opened?.connection !== connection) {
      const bucket = new Kvm(connection).open(BUCKETS.slackClaims);
      this.opened = { connection, bucket };
      bucket.catch(() => {
        this.opened = undefined;
      });
    }
    return this.opened.bucket;
  }
}

/** `wrong last sequence` (JetStream error 10071). */
function isConflict(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && error.code === 10_071) return true;
  return 'message' in error && /wrong last sequence|key exists/i.test(String(error.message));
}

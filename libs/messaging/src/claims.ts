import { Kvm, type KV } from '@nats-io/kv';
import type { z } from 'zod';
import type { Log } from './log.js';
import { claimsTotal } from './metrics.js';
import type { Nats } from './nats.js';
import type { BUCKETS } from './streams.js';

/** A claim and the revision it was read at. */
export interface Held<Kind> {
  readonly claim: Kind;
  readonly revision: number;
}

/**
 * Claims on something that is to be made in an outside system once, in a key-value bucket: changed by compare-and-set, so
 * that one process wins.
 */
export class Claims<Claim extends { readonly state: string }> {
  private opened: { readonly client: Nats['jetstream']; readonly bucket: Promise<KV> } | undefined;

  /** @param restore makes the bucket anew when it is gone */
  constructor(
    private readonly nats: Nats,
    private readonly bucketName: (typeof BUCKETS)[keyof typeof BUCKETS],
    private readonly schema: z.ZodType<Claim>,
    private readonly restore: () => Promise<void>,
    private readonly log: Log,
  ) {}

  async read(key: string): Promise<Held<Claim> | undefined> {
    return this.inBucket(async (bucket) => {
      const entry = await bucket.get(key);
      if (entry?.operation !== 'PUT') return undefined;
      const parsed = this.schema.safeParse(jsonOf(entry.string()));
      if (parsed.success) return { claim: parsed.data, revision: entry.revision };
      this.log('warn', 'a claim that cannot be read is taken for lost', { key });
      await bucket.delete(key, { previousSeq: entry.revision });
      return undefined;
    });
  }

  /** Writes a claim over the one that was read (`revision` 0: none). Undefined: somebody else was faster. */
  async write<Kind extends Claim>(
    key: string,
    next: Kind,
    revision: number,
  ): Promise<Held<Kind> | undefined> {
    const value = JSON.stringify(next);
    return this.unlessLost(async (bucket) => {
      const written =
        revision === 0 ? await bucket.create(key, value) : await bucket.update(key, value, revision);
      claimsTotal.inc({ bucket: this.bucketName, state: next.state });
      return { claim: next, revision: written };
    });
  }

  /** Gives up a claim on what was surely not made. */
  async release(key: string, held: Held<Claim>): Promise<void> {
    await this.unlessLost(async (bucket) => {
      await bucket.delete(key, { previousSeq: held.revision });
      claimsTotal.inc({ bucket: this.bucketName, state: 'released' });
    });
  }

  private async unlessLost<T>(work: (bucket: KV) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.inBucket(work);
    } catch (error) {
      if (!isConflict(error)) throw error;
      claimsTotal.inc({ bucket: this.bucketName, state: 'lost' });
      return undefined;
    }
  }

  private async inBucket<T>(work: (bucket: KV) => Promise<T>): Promise<T> {
    const bucket = await this.bucket();
    try {
      return await work(bucket);
    } catch (error) {
      if (isConflict(error) || !(await isGone(bucket))) throw error;
      this.log('error', 'the bucket of the claims is gone: making it anew');
      await this.restore();
      return work(bucket);
    }
  }

  private bucket(): Promise<KV> {
    const client = this.nats.jetstream;
    if (this.opened?.client !== client) {
      const bucket = new Kvm(client).open(this.bucketName);
      this.opened = { client, bucket };
      bucket.catch(() => {
        this.opened = undefined;
      });
    }
    return this.opened.bucket;
  }
}

/** JetStream error codes. */
const WRONG_LAST_SEQUENCE = 10_071;
const STREAM_NOT_FOUND = 10_059;

function isConflict(error: unknown): boolean {
  if (codeOf(error) === WRONG_LAST_SEQUENCE) return true;
  return error instanceof Error && /wrong last sequence|key exists/i.test(error.message);
}

async function isGone(bucket: KV): Promise<boolean> {
  try {
    await bucket.status();
    return false;
  } catch (error) {
    return codeOf(error) === STREAM_NOT_FOUND;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

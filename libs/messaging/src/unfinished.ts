import { Kvm, type KV } from '@nats-io/kv';
import type { Nats } from './nats.js';
import { BUCKETS } from './streams.js';

/** So often a suspect may be begun and not finished: a process may also have been killed for another reason. */
const MAX_BEGUN = 3;

/**
 * The durable memory of messages whose handling was begun and not finished: it tells a message that the process dies of from
 * one that was put off very often. Asked for only after many deliveries, so it costs nothing in normal life.
 */
export class Unfinished {
  constructor(private readonly nats: Nats) {}

  /** Notes that the handling of `key` begins. False: it was begun too often and never finished. */
  async begin(key: string): Promise<boolean> {
    const bucket = await this.bucket();
    const entry = await bucket.get(key);
    const begun = entry?.operation !== 'PUT' ? 0 : Number(entry.string());
    if (begun >= MAX_BEGUN) return false;
    await bucket.put(key, String(begun + 1));
    return true;
  }

  async finish(key: string): Promise<void> {
    const bucket = await this.bucket();
    await bucket.purge(key);
  }

  private bucket(): Promise<KV> {
    return new Kvm(this.nats.jetstream).open(BUCKETS.unfinished);
  }
}

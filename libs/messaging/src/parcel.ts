import type { JsMsg } from '@nats-io/jetstream';

/**
 * A delivered message: one event, or several. It is acknowledged once nothing is left to do for any of them, and delivered
 * again when all had their turn and some have to come again.
 */
export class Parcel {
  private readonly open: Set<number>;
  private againMs: number | undefined;

  /** `before`: of earlier deliveries, the events for which nothing is left to do. */
  constructor(
    readonly message: JsMsg,
    readonly size: number,
    private readonly before: PartsDone,
  ) {
    const done = before.of(keyOf(message));
    this.open = new Set(Array.from({ length: size }, (_, part) => part).filter((part) => !done.has(part)));
  }

  isOpen(part: number): boolean {
    return this.open.has(part);
  }

  /** Nothing is left to do for it. True when the message is settled. */
  done(part: number): boolean {
    this.before.add(keyOf(this.message), part, this.size);
    return this.close(part);
  }

  /** It has to come again after about so long. True when the message is settled. */
  again(part: number, afterMs: number): boolean {
    this.againMs = Math.min(this.againMs ?? Infinity, afterMs);
    return this.close(part);
  }

  private close(part: number): boolean {
    this.open.delete(part);
    if (this.open.size > 0) return false;
    if (this.againMs === undefined) {
      this.before.forget(keyOf(this.message));
      this.message.ack();
    } else {
      this.message.nak(this.againMs);
    }
    return true;
  }
}

/** Another replica may settle what this one remembers, so the oldest are forgotten at some point. */
const MAX_REMEMBERED = 20_000;
const NONE: ReadonlySet<number> = new Set();

/** What this process knows to be done of messages with several events that come again for the others. */
export class PartsDone {
  private readonly parts = new Map<string, Set<number>>();

  of(key: string): ReadonlySet<number> {
    return this.parts.get(key) ?? NONE;
  }

  add(key: string, part: number, size: number): void {
    if (size === 1) return;
    const known = this.parts.get(key);
    if (known !== undefined) {
      known.add(part);
      return;
    }
    this.parts.set(key, new Set([part]));
    if (this.parts.size <= MAX_REMEMBERED) return;
    for (const oldest of this.parts.keys()) {
      this.parts.delete(oldest);
      break;
    }
  }

  forget(key: string): void {
    this.parts.delete(key);
  }
}

/** A stream that was deleted and made again starts its sequences anew: hence the time too. */
export function keyOf(message: JsMsg): string {
  return `${message.seq}.${message.info.timestampNanos}`;
}

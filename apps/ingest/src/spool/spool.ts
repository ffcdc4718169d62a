import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Log } from '@gomon/messaging';
import type { StreamMessage } from '../report/report-messages.js';
import { lockSpool, SpoolInUseError } from './folder-lock.js';
import { encodeRecord } from './record.js';
import { Segment } from './segment.js';
import { appended, damaged } from './spool-metrics.js';

/** The spool takes no more: it is full, or its disk refuses. */
export class SpoolRefusedError extends Error {
  override readonly name = 'SpoolRefusedError';
}

export interface SpoolOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly log: Log;
  readonly segmentBytes?: number;
}

/** A batch of the oldest messages, to be drained. */
export interface Batch {
  readonly messages: readonly StreamMessage[];
  /** They are in their stream: forgets them. */
  done(): Promise<void>;
}

interface Waiting {
  readonly record: Buffer;
  readonly message: StreamMessage;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * Messages on our own disk while their stream is away: files of checksummed records, appended and synced before an append
 * resolves; appends that wait together share one sync. One process at a time uses a spool.
 */
export class Spool {
  private segments: readonly Segment[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly listeners = new Set<() => void>();
  /** Bytes of appends that are not synced yet. */
  private pendingBytes = 0;
  private writing: Promise<void> | undefined;
  private unlock: () => void = () => undefined;
  private isClosed = false;
  private lastNumber = 0;
  private lastWriteFailed = false;
  /** What was found damaged, in words. */
  readonly damage: string[] = [];

  private constructor(private readonly options: SpoolOptions) {}

  /** Opens a spool, with what an earlier process left. @throws SpoolInUseError, or when the folder cannot be used */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder } = options;
    const spool = new Spool(options);
    try {
      await mkdir(folder, { recursive: true });
      spool.unlock = lockSpool(folder);
      await spool.recover();
    } catch (error) {
      spool.unlock();
      if (error instanceof SpoolInUseError) throw error;
      throw new Error(`the spool folder ${folder} cannot be used`, { cause: error });
    }
    return spool;
  }

  /** Messages that are not drained yet. */
  get undrained(): number {
    return this.segments.reduce((sum, segment) => sum + segment.undrained, 0);
  }

  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** When the oldest undrained message was accepted (RFC 3339). */
  get oldestAcceptedAt(): string | undefined {
    return this.segments.find(({ undrained }) => undrained > 0)?.oldestAcceptedAt;
  }

  /** Called whenever something was appended or drained. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Resolves once the message is synced to disk. @throws SpoolRefusedError */
  async append(message: StreamMessage): Promise<void> {
    if (this.isClosed) throw new SpoolRefusedError('the spool is closed');
    const record = encodeRecord(message);
    if (this.bytes + this.pendingBytes + record.length > this.options.maxBytes) {
      throw new SpoolRefusedError(`the spool is full (${this.options.maxBytes} bytes)`);
    }
    this.pendingBytes += record.length;
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ record, message, resolve, reject });
      this.writing ??= this.write();
    }).finally(() => {
      this.pendingBytes -= record.length;
    });
  }

  /** The oldest messages, at most `max` of them; undefined when there are none. */
  async oldest(max: number): Promise<Batch | undefined> {
    let failure: unknown;
    for (const segment of this.segments.filter(({ undrained }) => undrained > 0)) {
      try {
        const taken = await segment.oldest(max);
        const { messages } = taken;
        return { messages, done: () => this.drained(segment, () => segment.drained(messages.length, taken)) };
      } catch (error) {
        // A file that cannot be read does not keep the others from being drained.
        failure ??= error;
      }
    }
    if (failure === undefined) return undefined;
    throw new Error('the spool cannot be read', { cause: failure });
  }

  /** Why nothing can be appended at the moment, if so. After a failure it tries the disk. */
  async refusal(): Promise<string | undefined> {
    if (this.bytes >= this.options.maxBytes) return 'it is full';
    if (!this.lastWriteFailed) return undefined;
    const probe = join(this.options.folder, 'probe');
    try {
      await writeFile(probe, 'can this be written?', { flush: true });
      await rm(probe, { force: true });
      return undefined;
    } catch (error) {
      return `its disk refuses: ${describeError(error)}`;
    }
  }

  /** Waits for appends that are on their way. What is undrained stays for the next process. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.writing;
    await this.segments.at(-1)?.close();
    this.unlock();
  }

  private async drained(segment: Segment, note: () => Promise<void>): Promise<void> {
    await note();
    if (segment.undrained === 0) await this.forget(segment);
    this.changed();
  }

  private async forget(segment: Segment): Promise<void> {
    while (segment === this.segments.at(-1) && this.writing !== undefined) await this.writing;
    if (segment.undrained > 0) return;
    await this.discard(segment);
  }

  /** From here on an append begins a new segment, under a name that was never used. */
  private async discard(segment: Segment): Promise<void> {
    this.segments = this.segments.filter((other) => other !== segment);
    await segment.remove().catch((error: unknown) => {
      this.options.log(
        'warn',
        'a drained file of the spool stays: after a restart its messages go out again',
        {
          error: describeError(error),
        },
      );
    });
  }

  private async write(): Promise<void> {
    // The first look at what waits comes after `writing` is set, the last one right before it is unset.
    await Promise.resolve();
    for (let batch = this.waiting.splice(0); batch.length > 0; batch = this.waiting.splice(0)) {
      try {
        await this.writeBatch(batch);
        for (const { resolve } of batch) resolve();
        appended.inc(batch.length);
        this.lastWriteFailed = false;
      } catch (error) {
        const refused = new SpoolRefusedError('the spool cannot be written', { cause: error });
        if (!this.lastWriteFailed) this.options.log('error', describeError(refused));
        this.lastWriteFailed = true;
        for (const { reject } of batch) reject(refused);
      }
      this.changed();
    }
    this.writing = undefined;
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    const segment = await this.segmentForWriting();
    try {
      await segment.append(
        Buffer.concat(batch.map(({ record }) => record)),
        batch.map(({ message }) => message),
      );
    } catch (error) {
      if (segment.bytes === 0) await this.discard(segment);
      throw error;
    }
  }

  private async segmentForWriting(): Promise<Segment> {
    const last = this.segments.at(-1);
    if (last?.isOpen === true && last.bytes < (this.options.segmentBytes ?? SEGMENT_BYTES)) return last;
    await last?.close();
    this.lastNumber += 1;
    const name = `${String(this.lastNumber).padStart(8, '0')}.seg`;
    const segment = await Segment.create(join(this.options.folder, name), this.sayDamage);
    this.segments = [...this.segments, segment];
    return segment;
  }

  private async recover(): Promise<void> {
    const names = (await readdir(this.options.folder)).sort();
    this.lastNumber = Math.max(
      0,
      ...names.map((name) => Number.parseInt(name, 10)).filter(Number.isSafeInteger),
    );
    const segments: Segment[] = [];
    for (const name of names) {
      const path = join(this.options.folder, name);
      // It would be believed if its segment's name were used again.
      if (name.endsWith('.offset') && !names.includes(name.replace(/offset$/, 'seg'))) await rm(path);
      if (!name.endsWith('.seg')) continue;
      try {
        const segment = await Segment.recover(path, this.sayDamage);
        if (segment.undrained === 0) await segment.remove();
        else segments.push(segment);
      } catch (error) {
        this.sayDamage(`it cannot be read and stays where it is: ${describeError(error)}`, path);
      }
    }
    this.segments = segments;
  }

  private readonly sayDamage = (what: string, path: string): void => {
    this.damage.push(what);
    damaged.inc();
    this.options.log('error', `the spool is damaged: ${what}`, { path });
  };

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

import { mkdir, open, readdir, readFile, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@gomon/messaging';
import type { StreamMessage } from '../report/report-messages.js';
import { lockSpool } from './folder-lock.js';
import { decodeRecord, encodeRecord } from './record.js';
import { scanSegment } from './segment-scan.js';

/** The spool takes no more: it is full, or its disk refuses. */
export class SpoolRefusedError extends Error {
  override readonly name = 'SpoolRefusedError';
}

interface Segment {
  readonly path: string;
  /** Bytes that are synced. */
  bytes: number;
  /** Records behind `drainedTo`. */
  undrained: number;
  drainedTo: number;
}

interface Waiting {
  readonly record: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
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

const SEGMENT_BYTES = 16 * 1024 * 1024;

/**
 * Messages on our own disk while their stream is away: files of checksummed records, appended and synced before an append
 * resolves; appends that wait together share one sync. One process at a time uses a spool.
 */
export class Spool {
  private readonly segments: Segment[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly listeners = new Set<() => void>();
  private file: FileHandle | undefined;
  private writing: Promise<void> | undefined;
  private unlock: (() => Promise<void>) | undefined;
  private isClosed = false;
  private lastNumber = 0;
  /** What was found damaged at the start, in words. */
  readonly damage: string[] = [];

  private constructor(private readonly options: SpoolOptions) {}

  /** Opens a spool, with what an earlier process left. @throws SpoolInUseError */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.folder, { recursive: true });
    const spool = new Spool(options);
    spool.unlock = await lockSpool(options.folder);
    await spool.recover();
    return spool;
  }

  /** Messages that are not drained yet. */
  get undrained(): number {
    return this.segments.reduce((sum, segment) => sum + segment.undrained, 0);
  }

  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Called whenever something was appended or drained. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Resolves once the message is synced to disk. @throws SpoolRefusedError */
  append(message: StreamMessage): Promise<void> {
    if (this.isClosed) return Promise.reject(new SpoolRefusedError('the spool is closed'));
    const record = encodeRecord(message);
    const pending = this.waiting.reduce((sum, { record: { length } }) => sum + length, 0);
    if (this.bytes + pending + record.length > this.options.maxBytes) {
      return Promise.reject(new SpoolRefusedError(`the spool is full (${this.options.maxBytes} bytes)`));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, resolve, reject });
      this.writing ??= this.write();
    });
  }

  /** The oldest messages, at most `max` of them; undefined when there are none. */
  async oldest(max: number): Promise<Batch | undefined> {
    const segment = this.segments.find(({ undrained }) => undrained > 0);
    if (segment === undefined) return undefined;
    const content = (await readFile(segment.path)).subarray(0, segment.bytes);
    const messages: StreamMessage[] = [];
    let offset = segment.drainedTo;
    while (messages.length < max) {
      const found = decodeRecord(content, offset);
      if (found.kind === 'end' || found.kind === 'torn') break;
      if (found.kind === 'record') messages.push(found.message);
      offset = found.end;
    }
    return { messages, done: () => this.drained(segment, messages.length, offset) };
  }

  /** Waits for appends that are on their way. What is undrained stays for the next process. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.writing;
    await this.file?.close();
    this.file = undefined;
    await this.unlock?.();
  }

  private async drained(segment: Segment, count: number, to: number): Promise<void> {
    segment.undrained -= count;
    segment.drainedTo = to;
    if (segment.undrained === 0) await this.forget(segment);
    // Not synced: after a crash some messages go out once more, under the ids they had.
    else await writeFile(offsetPath(segment.path), String(to));
    this.changed();
  }

  private async forget(segment: Segment): Promise<void> {
    while (segment === this.segments.at(-1) && this.writing !== undefined) await this.writing;
    if (segment.undrained > 0) return;
    const isCurrent = segment === this.segments.at(-1);
    const file = isCurrent ? this.file : undefined;
    // From here on an append begins a new segment, under a name that was never used.
    if (isCurrent) this.file = undefined;
    this.segments.splice(this.segments.indexOf(segment), 1);
    await file?.close();
    await rm(segment.path, { force: true });
    await rm(offsetPath(segment.path), { force: true });
  }

  private async write(): Promise<void> {
    // The first look at what waits comes after `writing` is set, the last one right before it is unset.
    await Promise.resolve();
    for (let batch = this.waiting.splice(0); batch.length > 0; batch = this.waiting.splice(0)) {
      try {
        await this.writeBatch(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const refused = new SpoolRefusedError(`the spool cannot be written: ${String(error)}`, {
          cause: error,
        });
        this.options.log('error', 'the spool cannot be written', { error: String(error) });
        for (const { reject } of batch) reject(refused);
      }
      this.changed();
    }
    this.writing = undefined;
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    const segment = await this.segmentForWriting();
    const file = this.file;
    if (file === undefined) throw new Error('there is no segment');
    const content = Buffer.concat(batch.map(({ record }) => record));
    try {
      await file.write(content, 0, content.length, segment.bytes);
      await file.datasync();
    } catch (error) {
      // Half a record must not stand before the next one.
      await file.truncate(segment.bytes).catch(() => undefined);
      await file.close().catch(() => undefined);
      this.file = undefined;
      throw error;
    }
    segment.bytes += content.length;
    segment.undrained += batch.length;
  }

  private async segmentForWriting(): Promise<Segment> {
    const last = this.segments.at(-1);
    const limit = this.options.segmentBytes ?? SEGMENT_BYTES;
    if (last !== undefined && this.file !== undefined && last.bytes < limit) return last;
    await this.file?.close();
    this.file = undefined;
    this.lastNumber += 1;
    const path = join(this.options.folder, `${String(this.lastNumber).padStart(8, '0')}.seg`);
    this.file = await open(path, 'w');
    await syncFolder(this.options.folder);
    const segment = { path, bytes: 0, undrained: 0, drainedTo: 0 };
    this.segments.push(segment);
    return segment;
  }

  private async recover(): Promise<void> {
    const names = (await readdir(this.options.folder)).filter((name) => name.endsWith('.seg')).sort();
    for (const name of names) {
      const path = join(this.options.folder, name);
      const content = await readFile(path);
      const noted = Number(await readFile(offsetPath(path), 'utf8').catch(() => '0'));
      const drainedTo = Number.isSafeInteger(noted) && noted <= content.length ? noted : 0;
      const scan = scanSegment(content, drainedTo);
      await this.setAside(path, content, scan);
      this.lastNumber = Math.max(this.lastNumber, Number.parseInt(name, 10));
      const segment = {
        path,
        bytes: scan.goodBytes,
        undrained: scan.records,
        drainedTo,
      };
      this.segments.push(segment);
      if (segment.undrained === 0) await this.forget(segment);
    }
  }

  /** Damaged records are kept for a person to look at, and do not stop their neighbours. */
  private async setAside(path: string, content: Buffer, scan: ReturnType<typeof scanSegment>): Promise<void> {
    const say = (what: string) => {
      this.damage.push(what);
      this.options.log('error', what, { path });
    };
    for (const { from, to } of scan.corrupt) {
      await writeFile(`${path}.${from}.damaged`, content.subarray(from, to));
      say(`a damaged record of ${to - from} bytes was set aside`);
    }
    if (scan.tornBytes === 0) return;
    await writeFile(`${path}.${scan.goodBytes}.torn`, content.subarray(scan.goodBytes));
    await truncate(path, scan.goodBytes);
    say(`a torn record of ${scan.tornBytes} bytes at the end was cut: it was never accepted`);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function offsetPath(path: string): string {
  return path.replace(/\.seg$/, '.offset');
}

/** Makes a new file's name durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

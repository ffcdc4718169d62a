import { open, readFile, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StreamMessage } from '../report/report-messages.js';
import { recordsIn, type Found } from './record.js';
import { writeAll } from './write-all.js';

/** As much as is read at once. */
const READ_BYTES = 1024 * 1024;

/** The oldest messages of a segment. */
export interface Taken {
  readonly messages: readonly StreamMessage[];
  /** Where the next one stands. */
  readonly to: number;
  readonly nextAcceptedAt: string | undefined;
}

/** Says what was found damaged, in words. */
export type SayDamage = (what: string, path: string) => void;

/** One file of the spool: appended to while it is the newest one, drained from the beginning, removed as a whole. */
export class Segment {
  /** Bytes that are synced. */
  bytes = 0;
  undrained = 0;
  /** When the oldest message that is not drained was accepted; at times somewhat too early. */
  oldestAcceptedAt: string | undefined;
  private drainedTo = 0;
  private readonly toldDamage = new Set<string>();

  private constructor(
    private readonly path: string,
    private readonly sayDamage: SayDamage,
    private file?: FileHandle,
  ) {}

  static async create(path: string, sayDamage: SayDamage): Promise<Segment> {
    const file = await open(path, 'wx');
    try {
      await syncFolder(dirname(path));
    } catch (error) {
      await file.close();
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
    return new Segment(path, sayDamage, file);
  }

  /** A file that an earlier process left. What is damaged is set aside. */
  static async recover(path: string, sayDamage: SayDamage): Promise<Segment> {
    const segment = new Segment(path, sayDamage);
    const content = await readFile(path);
    segment.bytes = content.length;
    const all = [...recordsIn(content)];
    // What is not the end of a record was left by a crash, and means nothing.
    const noted = Number(await readFile(offsetPath(path), 'utf8').catch(() => '0'));
    segment.drainedTo = all.some(({ kind, to }) => kind === 'record' && to === noted) ? noted : 0;
    const found = all.filter(({ from }) => from >= segment.drainedTo);
    const records = found.filter((one) => one.kind === 'record');
    segment.undrained = records.length;
    segment.oldestAcceptedAt = records[0]?.message.acceptedAt;
    for (const one of found) {
      if (one.kind === 'record') continue;
      const isKept = await segment.setAside(one, content);
      if (one.kind === 'damaged') continue;
      segment.bytes = one.from;
      if (isKept) await truncate(path, one.from);
    }
    return segment;
  }

  get isOpen(): boolean {
    return this.file !== undefined;
  }

  /** Resolves once all of it is synced. When that fails, nothing of it counts and the segment is closed. */
  async append(content: Buffer, messages: readonly StreamMessage[]): Promise<void> {
    const { file } = this;
    if (file === undefined) throw new Error(`${this.path} is closed`);
    try {
      await writeAll(file, content, this.bytes);
      await file.datasync();
    } catch (error) {
      // Half a record must not stand there; if it does, it is set aside at the next start.
      await file.truncate(this.bytes).catch(() => undefined);
      await this.close();
      throw error;
    }
    this.bytes += content.length;
    this.undrained += messages.length;
    this.oldestAcceptedAt ??= messages[0]?.acceptedAt;
  }

  async oldest(max: number): Promise<Taken> {
    const quick = this.take(await this.read(Math.min(this.bytes, this.drainedTo + READ_BYTES)), max);
    if (quick.messages.length > 0) return quick;
    // A very large record, or damage: it takes a look at all of it. Appends may go on meanwhile, so what is missing is
    // taken off, and nothing is set to what was found.
    const expected = this.undrained;
    const start = this.drainedTo;
    const rest = await this.read(this.bytes);
    const found = [...recordsIn(rest)];
    this.undrained -= expected - found.filter(({ kind }) => kind === 'record').length;
    for (const one of found) if (one.kind !== 'record') await this.setAside(one, rest, start);
    return this.take(rest, max, true);
  }

  /** Forgets what was drained. */
  async drained(count: number, { to, nextAcceptedAt }: Taken): Promise<void> {
    this.undrained -= count;
    this.drainedTo = to;
    this.oldestAcceptedAt = this.undrained === 0 ? undefined : (nextAcceptedAt ?? this.oldestAcceptedAt);
    // Neither synced nor required: without it, messages go out once more after a crash, under the ids they had.
    if (this.undrained > 0) await writeFile(offsetPath(this.path), String(to)).catch(() => undefined);
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    await rm(offsetPath(this.path), { force: true });
  }

  private async read(to: number): Promise<Buffer> {
    const content = Buffer.allocUnsafe(to - this.drainedTo);
    const file = await open(this.path, 'r');
    try {
      const { bytesRead } = await file.read(content, 0, content.length, this.drainedTo);
      return content.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** The first records of what was read; behind damage only when told so. */
  private take(content: Buffer, max: number, overDamage = false): Taken {
    const messages: StreamMessage[] = [];
    let to = this.drainedTo;
    for (const found of recordsIn(content)) {
      if (found.kind === 'record') {
        if (messages.length === max) return { messages, to, nextAcceptedAt: found.message.acceptedAt };
        messages.push(found.message);
      } else if (!overDamage) break;
      to = this.drainedTo + found.to;
    }
    return { messages, to, nextAcceptedAt: undefined };
  }

  /** What is damaged is kept for a person to look at, and does not stop its neighbours. Returns whether that worked. */
  private async setAside({ kind, from, to }: Found, content: Buffer, start = 0): Promise<boolean> {
    const path = `${this.path}.${start + from}.${kind}`;
    if (this.toldDamage.has(path)) return true;
    this.toldDamage.add(path);
    const isKept = await writeFile(path, content.subarray(from, to)).then(
      () => true,
      () => false,
    );
    const what =
      kind === 'torn' ? 'at the end are no whole record and were cut' : 'are damaged and were passed over';
    this.sayDamage(`${to - from} bytes ${what}`, path);
    return isKept;
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

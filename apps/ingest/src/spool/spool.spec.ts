import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { StreamMessage } from '../report/report-messages.js';
import { encodeRecord } from './record.js';
import { SpoolInUseError } from './folder-lock.js';
import { Spool, SpoolRefusedError } from './spool.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gomon-spool-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function open(more: { maxBytes?: number; segmentBytes?: number } = {}, where = folder): Promise<Spool> {
  return Spool.open({ folder: where, maxBytes: 10_000_000, log: () => undefined, ...more });
}

function message(id: string, size = 10): StreamMessage {
  return {
    subject: 'gomon.observed.v1.normal.grafana',
    id,
    headers: { a: 'b' },
    acceptedAt: '2026-03-01T09:00:00.000Z',
    body: Buffer.alloc(size, id),
  };
}

/** Drains all, in batches of 3, and returns the ids. */
async function drainAll(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  for (let batch = await spool.oldest(3); batch !== undefined; batch = await spool.oldest(3)) {
    ids.push(...batch.messages.map(({ id }) => id));
    await batch.done();
  }
  return ids;
}

describe('the spool', () => {
  it('gives back what was appended, whole and in order, and is empty then', async () => {
    const spool = await open();
    const messages = ['a', 'b', 'c', 'd'].map((id) => message(id));
    await Promise.all(messages.map((each) => spool.append(each)));
    expect(spool.undrained).toBe(4);
    const batch = await spool.oldest(10);
    expect(batch?.messages).toEqual(messages);
    await batch?.done();
    expect(spool.undrained).toBe(0);
    expect(await spool.oldest(10)).toBeUndefined();
    await spool.close();
    expect(await readdir(folder)).toEqual(['lock.db']);
  });

  it('goes on where an earlier process stopped, over many segments', async () => {
    const first = await open({ segmentBytes: 300 });
    for (let count = 0; count < 20; count += 1) await first.append(message(`m${count}`));
    const batch = await first.oldest(2);
    await batch?.done();
    await first.close();
    const second = await open({ segmentBytes: 300 });
    expect(second.undrained).toBe(18);
    await second.append(message('last'));
    expect(await drainAll(second)).toEqual([
      ...Array.from({ length: 18 }, (_, index) => `m${index + 2}`),
      'last',
    ]);
    await second.close();
  });

  it('refuses what does not fit any more, and takes more once it is drained', async () => {
    const spool = await open({ maxBytes: 1_000 });
    await spool.append(message('a', 800));
    await expect(spool.append(message('b', 800))).rejects.toThrow(SpoolRefusedError);
    expect(await drainAll(spool)).toEqual(['a']);
    await spool.append(message('c', 800));
    await spool.close();
  });

  it('says when the oldest message was accepted', async () => {
    const spool = await open();
    expect(spool.oldestAcceptedAt).toBeUndefined();
    for (const hour of ['09', '10', '11'])
      await spool.append({ ...message(hour), acceptedAt: `2026-03-01T${hour}:00:00.000Z` });
    expect(spool.oldestAcceptedAt).toBe('2026-03-01T09:00:00.000Z');
    await (await spool.oldest(1))?.done();
    expect(spool.oldestAcceptedAt).toBe('2026-03-01T10:00:00.000Z');
    await spool.close();
    const again = await open();
    expect(again.oldestAcceptedAt).toBe('2026-03-01T10:00:00.000Z');
    await drainAll(again);
    expect(again.oldestAcceptedAt).toBeUndefined();
    await again.close();
  });

  it('is used by one at a time', async () => {
    const spool = await open();
    await expect(open()).rejects.toThrow(SpoolInUseError);
    await spool.close();
    await (await open()).close();
  });

  it('names the folder when that cannot be used', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');
    await expect(open({}, path)).rejects.toThrow(path);
  });

  it('takes records of any size', async () => {
    const spool = await open();
    const messages = [message('small'), message('large', 3_000_000), message('last')];
    for (const each of messages) await spool.append(each);
    expect((await spool.oldest(10))?.messages.map(({ id }) => id)).toEqual(['small']);
    expect(await drainAll(spool)).toEqual(['small', 'large', 'last']);
    await expect(spool.append(message('absurd', 9_000_000))).rejects.toThrow(/too large/);
    await spool.close();
  });

  it('loses nothing when appends and drains go on at once', async () => {
    const spool = await open({ segmentBytes: 500 });
    const appended = Array.from({ length: 200 }, (_, index) => `m${index}`);
    const drained: string[] = [];
    let isDone = false;
    const draining = (async () => {
      while (!isDone || spool.undrained > 0) {
        drained.push(...(await drainAll(spool)));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (const id of appended) await spool.append(message(id));
    isDone = true;
    await draining;
    expect(drained).toEqual(appended);
    await spool.close();
  });
});

describe('a disk that refuses', () => {
  it('refuses the append, says so, leaves no files, and the spool goes on when the disk does', async () => {
    const spool = await open();
    await spool.append(message('before'));
    // The names of the next files are taken: they cannot be made.
    const taken = ['00000002.seg', '00000003.seg'].map((name) => join(folder, name));
    for (const path of taken) await mkdir(path);
    await drainAll(spool);
    await expect(spool.append(message('x'))).rejects.toThrow(SpoolRefusedError);
    await expect(spool.append(message('y'))).rejects.toThrow(/cannot be written/);
    expect(await spool.refusal()).toBeUndefined();
    await mkdir(join(folder, 'probe'));
    expect(await spool.refusal()).toMatch(/its disk refuses/);
    await spool.append(message('after'));
    expect(await spool.refusal()).toBeUndefined();
    expect(await drainAll(spool)).toEqual(['after']);
    await spool.close();
  });

  it('to note how far it is drained does not keep it from being drained', async () => {
    const spool = await open();
    for (const id of ['a', 'b', 'c', 'd']) await spool.append(message(id));
    await mkdir(join(folder, '00000001.offset'));
    expect(await drainAll(spool)).toEqual(['a', 'b', 'c', 'd']);
    await spool.close();
  });
});

describe('damage', () => {
  const path = () => join(folder, '00000001.seg');

  async function spoolOf(...ids: readonly string[]): Promise<void> {
    const spool = await open();
    for (const id of ids) await spool.append(message(id));
    await spool.close();
  }

  async function flip(at: number): Promise<void> {
    const content = await readFile(path());
    content.writeUInt8(content.readUInt8(at) ^ 0xff, at);
    await writeFile(path(), content);
  }

  it('of any byte costs that record alone, and is kept for a person to look at', async () => {
    const { length } = encodeRecord(message('b'));
    for (let at = length; at < 2 * length; at += 1) {
      await spoolOf('a', 'b', 'c', 'd');
      await flip(at);
      const spool = await open();
      expect(spool.undrained).toBe(3);
      expect(spool.damage).toEqual([`${length} bytes are damaged and were passed over`]);
      expect(await drainAll(spool)).toEqual(['a', 'c', 'd']);
      await spool.close();
      expect((await readFile(`${path()}.${length}.damaged`)).length).toBe(length);
      for (const name of await readdir(folder)) await rm(join(folder, name));
    }
  });

  it('that comes while the spool runs costs that record alone as well', async () => {
    const spool = await open();
    for (const id of ['a', 'b', 'c', 'd']) await spool.append(message(id));
    const { length } = encodeRecord(message('a'));
    await flip(length + 20);
    await flip(4 * length - 1);
    expect(await drainAll(spool)).toEqual(['a', 'c']);
    expect([spool.undrained, spool.damage.length]).toEqual([0, 2]);
    await spool.append(message('e'));
    expect(await drainAll(spool)).toEqual(['e']);
    await spool.close();
  });

  it('of a whole file does not keep the others from being drained', async () => {
    await spoolOf('a');
    await mkdir(join(folder, '00000002.seg'));
    await spoolOf('b');
    const spool = await open();
    expect(await drainAll(spool)).toEqual(['a', 'b']);
    expect(spool.damage).toEqual([expect.stringMatching(/^it cannot be read and stays where it is/)]);
    await spool.close();
  });

  it('of the note how far it is drained costs nothing', async () => {
    await spoolOf('a', 'b', 'c');
    const { length } = encodeRecord(message('a'));
    for (const nonsense of ['', '13', 'x', '-1', '999999', String(length + 1), '1e1']) {
      await writeFile(join(folder, '00000001.offset'), nonsense);
      const spool = await open();
      expect(spool.undrained).toBe(3);
      await spool.close();
    }
  });

  it('a note that a removed file left is not taken for the next one’s', async () => {
    await writeFile(join(folder, '00000001.offset'), String(encodeRecord(message('a')).length));
    await spoolOf('a', 'b');
    const spool = await open();
    expect(await drainAll(spool)).toEqual(['a', 'b']);
    await spool.close();
  });
});

describe('wherever a crash cuts the last segment', () => {
  it('everything before the cut is there, once and in order, and a torn record is reported', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 6 }),
        fc.nat(1_000),
        async (sizes, position) => {
          const where = await mkdtemp(join(tmpdir(), 'gomon-spool-'));
          try {
            const first = await open({}, where);
            const messages = sizes.map((size, index) => message(`m${index}`, size));
            for (const each of messages) await first.append(each);
            await first.close();
            const ends = messages.reduce<number[]>(
              (all, each) => [...all, (all.at(-1) ?? 0) + encodeRecord(each).length],
              [],
            );
            const cutAt = position % ((ends.at(-1) ?? 0) + 1);
            await truncate(join(where, '00000001.seg'), cutAt);
            const second = await open({}, where);
            const whole = ends.filter((end) => end <= cutAt).length;
            expect(second.undrained).toBe(whole);
            expect(second.damage.length).toBe(cutAt === 0 || ends.includes(cutAt) ? 0 : 1);
            await second.append(message('after'));
            expect(await drainAll(second)).toEqual([
              ...messages.slice(0, whole).map(({ id }) => id),
              'after',
            ]);
            await second.close();
          } finally {
            await rm(where, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('whatever happens to it', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('append' as const),
      sizes: fc.array(fc.nat(200), { minLength: 1, maxLength: 5 }),
    }),
    fc.record({ kind: fc.constant('drain' as const), max: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('crash' as const), tornBytes: fc.nat(300), noteIsLost: fc.boolean() }),
  );

  it('everything accepted comes out in order, and twice only when a crash lost how far it was drained', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const where = await mkdtemp(join(tmpdir(), 'gomon-spool-'));
        try {
          const accepted: string[] = [];
          const out: string[] = [];
          let mayRepeat = false;
          let spool = await open({ segmentBytes: 400 }, where);
          for (const one of steps) {
            if (one.kind === 'append') {
              const messages = one.sizes.map((size, index) => message(`m${accepted.length + index}`, size));
              await Promise.all(messages.map((each) => spool.append(each)));
              accepted.push(...messages.map(({ id }) => id));
            } else if (one.kind === 'drain') {
              const batch = await spool.oldest(one.max);
              out.push(...(batch?.messages.map(({ id }) => id) ?? []));
              await batch?.done();
            } else {
              await spool.close();
              await tear(where, one.tornBytes);
              if (one.noteIsLost) await forgetNotes(where);
              mayRepeat ||= one.noteIsLost;
              spool = await open({ segmentBytes: 400 }, where);
            }
          }
          out.push(...(await drainAll(spool)));
          await spool.close();
          expect([...new Set(out)]).toEqual(accepted);
          if (!mayRepeat) expect(out).toEqual(accepted);
        } finally {
          await rm(where, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  /** What a crash in the middle of an append leaves: a part of a record that nobody was promised. */
  async function tear(where: string, bytes: number): Promise<void> {
    const last = (await readdir(where)).filter((name) => name.endsWith('.seg')).at(-1);
    const record = encodeRecord(message('never accepted', 300));
    if (last !== undefined) await appendFile(join(where, last), record.subarray(0, bytes));
  }

  async function forgetNotes(where: string): Promise<void> {
    for (const name of await readdir(where)) if (name.endsWith('.offset')) await rm(join(where, name));
  }
});

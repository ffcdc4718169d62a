import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { StreamMessage } from '../report/report-messages.js';
import { encodeRecord } from './record.js';
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
    expect(await readdir(folder)).toEqual([]);
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

  it('sets a damaged record aside and gives the others', async () => {
    const spool = await open();
    for (const id of ['a', 'b', 'c']) await spool.append(message(id));
    await spool.close();
    const path = join(folder, '00000001.seg');
    const content = await readFile(path);
    const { length } = encodeRecord(message('a'));
    content.writeUInt8(content.readUInt8(length + 30) ^ 0xff, length + 30);
    await writeFile(path, content);
    const again = await open();
    expect(again.damage).toEqual([`a damaged record of ${length} bytes was set aside`]);
    expect(await drainAll(again)).toEqual(['a', 'c']);
    expect((await readdir(folder)).filter((name) => name.endsWith('.damaged'))).toHaveLength(1);
    await again.close();
  });

  it('is used by one process at a time, and taken over from a dead one', async () => {
    await writeFile(join(folder, 'lock'), '1');
    await expect(open()).rejects.toThrow(/is used by process 1/);
    await writeFile(join(folder, 'lock'), '4194305');
    await (await open()).close();
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

import { Writable } from 'node:stream';
import { register } from 'prom-client';
import { createLogger } from '../log/logger.js';
import { reportDurability, type Durability } from './durability.js';
import { Health } from './health.js';

function report(store: string, read: () => Promise<Durability>) {
  const lines: string[] = [];
  const destination = new Writable({
    write: (line: Buffer, _encoding, done) => {
      lines.push(line.toString());
      done();
    },
  });
  const health = new Health();
  const log = createLogger({ name: 'spec', level: 'info', secrets: [], destination });
  const look = reportDurability(store, read, { health, log });
  const shown = async () => (await health.readiness()).indicators[`durability of ${store}`];
  return { lines, look, shown };
}

const metric = () => register.getSingleMetricAsString('gomon_durability_window_seconds');

describe('what a loss of power may cost', () => {
  it('is nothing where everything is synced', async () => {
    const { shown, lines } = report('synced', () => Promise.resolve({ kind: 'synced' }));
    expect(await shown()).toEqual({ ok: true, detail: 'what is acknowledged is on disk' });
    expect(await metric()).toContain('{store="synced"} 0');
    expect(lines.join('')).toContain('"level":"info"');
  });

  it.each([
    [{ kind: 'window', ms: 600, because: 'x is off' }, 'the last 0.6 s (x is off)', '0.6'],
    [{ kind: 'unbounded', because: 'y is off' }, 'anything (y is off)', '+Inf'],
    [{ kind: 'unknown', because: 'nobody says' }, 'not known: nobody says', 'Nan'],
  ] satisfies [Durability, string, string][])(
    'is said of %o, once, and keeps nobody from work',
    async (durability, words, value) => {
      const { look, shown, lines } = report(durability.kind, () => Promise.resolve(durability));
      await look();
      const state = await shown();
      expect(state?.ok).toBe(true);
      expect(state?.detail).toContain(words);
      expect(await metric()).toContain(`{store="${durability.kind}"} ${value}`);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('"level":"warn"');
    },
  );

  it('is not known while the store is away, and read again when it is back', async () => {
    let isThere = false;
    const { look, shown, lines } = report('away', () =>
      isThere ? Promise.resolve({ kind: 'synced' }) : Promise.reject(new Error('not reached')),
    );
    await look();
    expect(await shown()).toEqual({ ok: true, detail: 'not known: not reached' });
    expect(lines).toEqual([]);
    isThere = true;
    expect((await shown())?.detail).toBe('what is acknowledged is on disk');
  });
});

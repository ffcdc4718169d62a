import fc from 'fast-check';
import { Pace } from './pace.js';

/** Writes as fast as the pace allows, in virtual time, to an account that takes some calls at once and `perSecond` after that. */
async function writeFor(seconds: number, perSecond: number): Promise<{ taken: number; refused: number }> {
  let now = 0;
  const pace = new Pace(
    () => now,
    (ms) => {
      now += ms;
      return Promise.resolve();
    },
  );
  const burst = 20;
  let tokens = burst;
  let filledAt = 0;
  const counts = { taken: 0, refused: 0 };
  while (now < seconds * 1_000) {
    if ((await pace.turn()) !== undefined) throw new Error('nobody waits for so long here');
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (tokens >= 1) {
      tokens -= 1;
      counts.taken += 1;
      pace.taken();
    } else {
      counts.refused += 1;
      pace.limited(1_000);
    }
  }
  return counts;
}

it('finds what an account takes: most of it is used, and little is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (perSecond) => {
      const seconds = 300;
      const { taken, refused } = await writeFor(seconds, perSecond);
      expect(taken).toBeGreaterThan(0.6 * perSecond * seconds);
      expect(refused).toBeLessThan(0.1 * taken + 30);
    }),
    { numRuns: 20 },
  );
});

it('a limit that was told by many calls at once counts once, and one far away is not waited for', async () => {
  let now = 0;
  const waited: number[] = [];
  const pace = new Pace(
    () => now,
    (ms) => Promise.resolve(waited.push(ms)),
  );
  for (let call = 0; call < 50; call += 1) pace.limited(1_000);
  expect(pace.limitedMs).toBe(1_000);
  expect([await pace.turn(), await pace.turn()]).toEqual([undefined, undefined]);
  expect(waited).toEqual([1_000, 1_000 + 1_000 / 70]);
  now = 2_000;
  pace.limited(60_000);
  expect(await pace.turn()).toBe(60_000);
});

import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { HEAP, spawnTied, startPostgres } from '@gomon/testing';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../../../../apps/correlator/dist/bench/main.js', import.meta.url));

const decisions = z.object({
  decide: z.object({
    open: z.number().int(),
    newPerS: z.number().positive(),
    repeatedPerS: z.number().positive(),
  }),
  correlation: z.object({
    open: z.number().int(),
    pods: z.number().int(),
    perS: z.number().positive(),
    batchP50Ms: z.number().positive(),
    batchP99Ms: z.number().positive(),
    problems: z.number().int(),
    storm: z.object({
      alerts: z.number().int(),
      perS: z.number().positive(),
      batchP99Ms: z.number().positive(),
      problems: z.number().int(),
      heapMiB: z.number().positive(),
    }),
  }),
  transactions: z.array(
    z.object({
      open: z.number().int(),
      graphMs: z.number().positive(),
      newMs: z.number().positive(),
      repeatedMs: z.number().positive(),
    }),
  ),
});

/** Of the pure decision alone, and of transactions of 250 alerts while so many are open. */
export interface Decisions extends z.infer<typeof decisions> {
  /** Observations a second while `open` alerts are open, of which one in ten is new. */
  readonly decidePerS: number;
  /** By how much a transaction of repeats is faster than one of new alerts, at the middle size. */
  readonly repeatsToNew: number;
}

/** Decided inside the correlator's own code, on a PostgreSQL of its own. */
export async function measureDecisions(
  open: readonly number[],
  scale: number,
  say: (line: string) => void,
): Promise<Decisions> {
  const postgres = await startPostgres();
  try {
    const env = {
      ...process.env,
      BENCH_DATABASE_URL: await postgres.createDatabase(),
      BENCH_OPEN_ALERTS: open.join(','),
      BENCH_SCALE: String(scale),
    };
    const child = spawnTied(process.execPath, [...HEAP, MAIN], { env, stdout: 'pipe', stderr: 'inherit' });
    const measured = decisions.parse(JSON.parse(child.stdout === null ? '' : await text(child.stdout)));
    const { newPerS, repeatedPerS } = measured.decide;
    const middle = measured.transactions[Math.floor(measured.transactions.length / 2)];
    const result = {
      ...measured,
      decidePerS: Math.round(1 / (0.9 / repeatedPerS + 0.1 / newPerS)),
      repeatsToNew: middle === undefined ? 0 : Math.round((middle.newMs / middle.repeatedMs) * 100) / 100,
    };
    say(
      `decide: ${result.decidePerS}/s, ${measured.correlation.perS}/s where alerts are put together; a transaction of repeats ${result.repeatsToNew} times as fast as of new alerts`,
    );
    return result;
  } finally {
    await postgres.stop('immediate');
  }
}

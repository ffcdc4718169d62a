import type { Contender, Figures, Memory } from './contenders.js';
import { median } from './statistics.js';

export interface Load {
  readonly reportSize: number;
  readonly alerts: number;
  /** Sent before anything is measured: a service runs for weeks, and its code is compiled while it runs. */
  readonly warmUpAlerts: number;
}

export interface Measured {
  /** By report size: the median of all runs. */
  readonly figures: ReadonlyMap<number, Figures>;
  /** Idle: of the first round. Under load: the most of all rounds. */
  readonly memory: Memory | undefined;
}

/**
 * Measures contenders in turns, each started anew for each round, everything else stopped: a machine whose speed changes by
 * the minute changes it for all of them. One that cannot be started is missing in the result.
 */
export async function inRounds(
  contenders: ReadonlyMap<string, () => Promise<Contender>>,
  options: { readonly rounds: number; readonly loads: readonly Load[]; readonly say: (line: string) => void },
): Promise<ReadonlyMap<string, Measured>> {
  const rounds = new Map<string, Round[]>();
  const left = new Map(contenders);
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const [name, start] of left) {
      const contender = await start().catch((error: unknown) => {
        options.say(`${name} cannot be measured: ${String(error)}`);
        left.delete(name);
        return undefined;
      });
      if (contender === undefined) continue;
      const measured = await oneRound(contender, `${name}-${round}`, options);
      rounds.set(name, [...(rounds.get(name) ?? []), measured]);
    }
  }
  return new Map([...rounds].map(([name, all]) => [name, together(all)]));
}

/** In one round. */
const RUNS = 3;

interface Round {
  /** By report size: one a run. */
  readonly figures: ReadonlyMap<number, readonly Figures[]>;
  readonly memory: Memory | undefined;
}

async function oneRound(
  contender: Contender,
  name: string,
  { loads, say }: { readonly loads: readonly Load[]; readonly say: (line: string) => void },
): Promise<Round> {
  const figures = new Map<number, readonly Figures[]>();
  let memory: Memory | undefined;
  try {
    for (const { reportSize, alerts, warmUpAlerts } of loads) {
      await contender.run(`${name}-warm-up-${reportSize}`, warmUpAlerts, reportSize);
      const runs: Figures[] = [];
      for (let run = 1; run <= RUNS; run += 1) {
        runs.push(await contender.run(`${name}-${reportSize}-${run}`, alerts, reportSize));
      }
      figures.set(reportSize, runs);
      say(`${contender.name}, reports of ${reportSize}: ${wordsOf(medianOf(runs))}`);
    }
  } finally {
    memory = await contender.stop();
  }
  return { figures, memory };
}

function wordsOf({ acceptedPerS, committedPerS, publishedPerS }: Figures): string {
  return acceptedPerS === undefined || committedPerS === undefined
    ? `${publishedPerS}/s`
    : `${acceptedPerS}/s accepted, ${committedPerS}/s committed, ${publishedPerS}/s published`;
}

function together(rounds: readonly Round[]): Measured {
  const [first] = rounds;
  const sizes = [...(first?.figures.keys() ?? [])];
  const figures = sizes.map((size): [number, Figures] => [
    size,
    medianOf(rounds.flatMap((round) => round.figures.get(size) ?? [])),
  ]);
  const memories = rounds.flatMap(({ memory }) => memory ?? []);
  const memory =
    memories[0] === undefined
      ? undefined
      : { idle: memories[0].idle, underLoad: most(memories.map(({ underLoad }) => underLoad)) };
  return { figures: new Map(figures), memory };
}

function medianOf(all: readonly Figures[]): Figures {
  const of = (name: keyof Figures) => all.flatMap((one) => one[name] ?? []);
  const publishedPerS = median(of('publishedPerS'));
  if (of('acceptedPerS').length === 0) return { publishedPerS };
  return {
    publishedPerS,
    acceptedPerS: median(of('acceptedPerS')),
    committedPerS: median(of('committedPerS')),
  };
}

function most(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(names.map((name) => [name, Math.max(...all.map((one) => one[name] ?? 0))]));
}

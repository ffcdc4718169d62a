import { RunningSystem } from '@gomon/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { resetOpsgenieFaults } from '../system/opsgenie.js';
import { controlCluster } from '../system/kubernetes.js';
import { UNPACED } from '../system/unpaced.js';
import { resetFaults } from '../system/slack.js';
import { ClusterStory } from './cluster-story.js';
import { doHarm } from './faults.js';
import { faultsIn, settle } from './outcome.js';
import { Random } from './random.js';
import { Senders, type Deliveries } from './senders.js';

export interface ChaosOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly say: (line: string) => void;
}

export interface ChaosOutcome {
  readonly ok: boolean;
  readonly seed: number;
  readonly harms: number;
  readonly alerts: number;
  readonly workloads: number;
  readonly deliveries: Deliveries;
  readonly ledger: unknown;
  /** What was not as it must be. */
  readonly faults: readonly string[];
}

const SENDERS = 4;
const WORKLOADS = 8;
const SEVERITIES = ['critical', 'warning', 'info', 'P0'] as const;
const SETTLE_MS = 120_000;

/** Runs the whole system, sends to it and harms it for a while, lets it settle, and looks whether anything is missing. */
export async function runChaos({ seed, durationMs, say }: ChaosOptions): Promise<ChaosOutcome> {
  const run = `chaos-${seed}`;
  const system = await RunningSystem.start({ env: UNPACED, say });
  try {
    const senders = new Senders(system, run);
    const cluster = new ClusterStory(system, run);
    const endsAt = Date.now() + durationMs;
    const isOver = () => Date.now() >= endsAt;
    const [harms] = await Promise.all([
      harmUntil(isOver, system, new Random(seed), say),
      ...Array.from({ length: SENDERS }, (_, index) =>
        sendUntil(isOver, senders, index, new Random(seed + index + 1)),
      ),
      editUntil(isOver, cluster, new Random(seed + SENDERS + 1)),
    ]);
    await resetFaults(system);
    await resetOpsgenieFaults(system);
    await controlCluster(system, '/__reset');
    say('the harm is over; settling');
    const ledger = await settle(system, SETTLE_MS + durationMs, cluster).catch((error: unknown) =>
      String(error),
    );
    const faults = await faultsIn(system, senders, run, cluster);
    const unsettled = typeof ledger === 'string' ? [ledger] : [];
    return {
      ok: faults.length + unsettled.length === 0,
      seed,
      harms,
      alerts: senders.expected.size,
      workloads: cluster.isBroken.size,
      deliveries: senders.deliveries,
      ledger,
      faults: [...unsettled, ...faults],
    };
  } finally {
    await system.stop();
  }
}

async function harmUntil(
  isOver: () => boolean,
  system: RunningSystem,
  random: Random,
  say: (line: string) => void,
): Promise<number> {
  let harms = 0;
  while (!isOver()) {
    await pause(random.between(500, 4_000));
    await doHarm(system, random, say);
    harms += 1;
  }
  return harms;
}

/** Workloads of the cluster break, are mended, and break again. */
async function editUntil(isOver: () => boolean, cluster: ClusterStory, random: Random): Promise<void> {
  const names = Array.from({ length: WORKLOADS }, (_, index) => `w${index}`);
  while (!isOver()) {
    await cluster.turn(random.pick(names));
    await pause(random.between(200, 1_500));
  }
}

/** One sender's alerts are its own, so that it knows their order. */
async function sendUntil(
  isOver: () => boolean,
  senders: Senders,
  sender: number,
  random: Random,
): Promise<void> {
  const firing: string[] = [];
  const ended: string[] = [];
  for (let count = 0; !isOver();) {
    const size = random.between(1, 10);
    const chance = random.next();
    if (chance < 0.5 || firing.length === 0) {
      const names = Array.from({ length: size }, () => `S${sender}-${(count += 1)}`);
      await senders.fire(names, random.pick(SEVERITIES));
      firing.push(...names);
    } else if (chance < 0.7) {
      await senders.repeat(firing.slice(0, size));
    } else if (chance < 0.9 || ended.length === 0) {
      const names = firing.splice(0, size);
      await senders.resolve(names);
      ended.push(...names);
    } else {
      const again = ended.splice(0, size);
      await senders.fire(again, 'warning');
      firing.push(...again);
    }
    await pause(random.between(100, 500));
  }
}

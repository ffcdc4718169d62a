import type { RunningSystem, SystemPart } from '@gomon/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { controlCluster } from '../system/kubernetes.js';
import { opsgenieFault } from '../system/opsgenie.js';
import { slackFault } from '../system/slack.js';
import type { Random } from './random.js';

const PARTS: readonly SystemPart[] = [
  'ingest',
  'correlator',
  'slack-gateway',
  'incident-sync',
  'k8s-watcher',
  'api-gateway',
  'nats',
  'postgres',
];
/** What can freeze: it is there and answers nothing, which is worse than being gone. */
const FREEZABLE: readonly SystemPart[] = [
  'nats',
  'postgres',
  'ingest',
  'correlator',
  'slack-gateway',
  'incident-sync',
  'k8s-watcher',
];
const SLACK_KINDS = ['429', '500', '503', 'drop', 'lost-answer', 'delay', 'html', 'malformed'] as const;
const OPSGENIE_KINDS = [
  '429',
  '500',
  'drop',
  'lost-answer',
  'delay',
  'html',
  'empty',
  'never-decided',
] as const;
const OPSGENIE_CALLS = [
  'POST /v1/incidents/create',
  'POST /v1/incidents',
  'GET /v1/incidents/requests',
  'GET /v1/incidents',
] as const;
const WATCH_ACTIONS = ['stall', 'cut', 'close', 'expire'] as const;
const SLACK_METHODS = ['chat.postMessage', 'chat.update', 'conversations.history'] as const;

/** Does one bad thing, says which, and resolves when it is over. */
export async function doHarm(
  system: RunningSystem,
  random: Random,
  say: (line: string) => void,
): Promise<void> {
  const chance = random.next();
  if (chance < 0.5) return kill(system, random.pick(PARTS), say);
  if (chance < 0.7) return freeze(system, random.pick(FREEZABLE), random.between(500, 8_000), say);
  if (chance < 0.8) return harmCluster(system, random, say);
  if (chance < 0.9) {
    const harm = { method: random.pick(OPSGENIE_CALLS), kind: random.pick(OPSGENIE_KINDS) };
    const hits = random.between(1, 10);
    say(`Opsgenie: ${harm.method} meets ${harm.kind}, ${hits} times`);
    return opsgenieFault(system, { ...harm, times: hits, delayMs: 2_000 });
  }
  const kind = random.pick(SLACK_KINDS);
  const method = random.pick(SLACK_METHODS);
  const times = random.between(1, 30);
  say(`Slack: ${method} answers ${kind}, ${times} times`);
  await slackFault(system, { method, kind, times, delayMs: 2_000, retryAfter: 1 });
}

async function harmCluster(
  system: RunningSystem,
  random: Random,
  say: (line: string) => void,
): Promise<void> {
  if (random.next() < 0.5) {
    const action = random.pick(WATCH_ACTIONS);
    say(`Kubernetes: watches meet ${action}`);
    return controlCluster(system, '/__watches', { action });
  }
  const ms = random.between(500, 5_000);
  say(`Kubernetes: the API server is away for ${ms} ms`);
  await controlCluster(system, '/__away', { on: true });
  await pause(ms);
  await controlCluster(system, '/__away', { on: false });
}

async function kill(system: RunningSystem, part: SystemPart, say: (line: string) => void): Promise<void> {
  const pid = await system.kill(part);
  say(`kill -9 of ${part} (pid ${pid})`);
  await system.untilBack(part, pid);
}

async function freeze(
  system: RunningSystem,
  part: SystemPart,
  ms: number,
  say: (line: string) => void,
): Promise<void> {
  await system.refresh();
  const pid = system.pidOf(part);
  if (pid === undefined) return;
  say(`${part} (pid ${pid}) freezes for ${ms} ms`);
  process.kill(pid, 'SIGSTOP');
  await pause(ms);
  process.kill(pid, 'SIGCONT');
}

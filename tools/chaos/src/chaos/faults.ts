import { setTimeout as pause } from 'node:timers/promises';
import type { Part, RunningSystem } from '../system/running-system.js';
import { opsgenieFault } from '../system/opsgenie.js';
import { slackFault } from '../system/slack.js';
import type { Random } from './random.js';

const PARTS: readonly Part[] = [
  'ingest',
  'correlator',
  'slack-gateway',
  'incident-sync',
  'api-gateway',
  'nats',
  'postgres',
];
/** What can freeze: it is there and answers nothing, which is worse than being gone. */
const FREEZABLE: readonly Part[] = [
  'nats',
  'postgres',
  'ingest',
  'correlator',
  'slack-gateway',
  'incident-sync',
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
  if (chance < 0.85) {
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

async function kill(system: RunningSystem, part: Part, say: (line: string) => void): Promise<void> {
  const pid = await system.kill(part);
  say(`kill -9 of ${part} (pid ${pid})`);
  await system.untilBack(part, pid);
}

async function freeze(
  system: RunningSystem,
  part: Part,
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

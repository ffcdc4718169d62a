import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunningSystem } from '@gomon/testing';
import { grafanaDelivery } from '../load/deliveries.js';
import { Sender } from '../load/sender.js';
import { pipelineOf, startProduct } from '../product.js';
import { whenPosted } from './sent-to-slack.js';
import { percentile } from './statistics.js';

export interface Latency {
  readonly ratePerS: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Each alert names its channel. */
const RULES_FILE = fileURLToPath(new URL('../../rules/latency.yaml', import.meta.url));
const RATE_PER_S = 50;
const CHANNELS = 100;
/** A service that has just started compiles what it runs. */
const WARM_UP_S = 15;
const MEASURED_S = 30;

/**
 * From the start of a webhook's POST until Slack's API has its message, for P1 problems at a steady rate. Our own pace is
 * kept; the simulated Slack limits nothing, because it would take some hundred messages a minute of a workspace only.
 */
export async function measureLatency(say: (line: string) => void): Promise<Latency> {
  const system = await startProduct({
    GOMON_CONFIG: RULES_FILE,
    SLACK_SIMULATOR_RATE_LIMITS: 'off',
  });
  try {
    for (let index = 0; index < CHANNELS; index += 1) await makeChannel(system, channelOf(index));
    say(`${RATE_PER_S} P1 problems a second over ${CHANNELS} channels`);
    const sentAt = await sendSteadily(system);
    const measured = [...sentAt.keys()].slice(WARM_UP_S * RATE_PER_S);
    const postedAt = await whenPosted(system.slackUrl, measured, 120_000);
    const took = measured.map((name) => (postedAt.get(name) ?? NaN) - (sentAt.get(name) ?? NaN));
    return {
      ratePerS: RATE_PER_S,
      p50: percentile(took, 50),
      p95: percentile(took, 95),
      p99: percentile(took, 99),
    };
  } finally {
    await system.stop();
  }
}

async function sendSteadily(system: RunningSystem): Promise<ReadonlyMap<string, number>> {
  const { webhookUrl, hmacSecret } = pipelineOf(system);
  const sender = new Sender(webhookUrl, 16);
  const sentAt = new Map<string, number>();
  const sending: Promise<void>[] = [];
  const beganAt = performance.now();
  for (let index = 0; index < RATE_PER_S * (WARM_UP_S + MEASURED_S); index += 1) {
    const dueAt = beganAt + (index * 1_000) / RATE_PER_S;
    await pause(Math.max(0, dueAt - performance.now()));
    const name = `bench-latency-${index}`;
    const labels = {
      alertname: name,
      severity: 'critical',
      namespace: 'shop',
      slack_channel: channelOf(index % CHANNELS),
    };
    const delivery = grafanaDelivery([{ name, labels }], hmacSecret);
    sentAt.set(name, Date.now());
    sending.push(sender.send(delivery));
  }
  await Promise.all(sending);
  await sender.close();
  return sentAt;
}

const channelOf = (index: number): string => `team-${index}`;

async function makeChannel(system: RunningSystem, name: string): Promise<void> {
  const response = await fetch(`${system.slackUrl}/__channels`, {
    method: 'POST',
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`the simulated Slack makes no channel: ${await response.text()}`);
}

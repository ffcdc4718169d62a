import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { grafanaBody, grafanaSignature, type DemoAlert } from './grafana-webhook.js';
import { alertsInApi, incidentsInOpsgenie, messagesInSlack } from './look.js';
import { grafanaTimestampHeader } from './services.js';

/** What the demonstration needs to know of the world. */
export interface Stage {
  readonly ingestUrl: string;
  readonly grafanaHmacSecret: string;
  readonly apiUrl: string;
  readonly apiToken: string;
  /** Undefined with a real Slack, whose channels are not read. */
  readonly slackSimulatorUrl: string | undefined;
  /** Undefined with a real Opsgenie, which is not read. */
  readonly opsgenieSimulatorUrl: string | undefined;
  readonly say: (line: string) => void;
}

export interface Sighting {
  readonly alert: string;
  readonly severity: string;
  readonly channel: string;
  /** From the start of its POST until it was first seen there; null if it was not. */
  readonly apiMs: number | null;
  readonly slackMs: number | null;
  /** Of what is an incident. */
  readonly opsgenieMs?: number | null;
}

export interface Outcome {
  readonly ok: boolean;
  readonly alerts: readonly Sighting[];
  /** What was not seen, in words. */
  readonly missing: readonly string[];
}

interface Scene extends DemoAlert {
  /** Where it must be told. */
  readonly channel: string;
}

/** One webhook each. */
const webhooks: readonly (readonly Scene[])[] = [
  [
    {
      name: 'CheckoutUnavailable',
      severity: 'P0',
      environment: 'production',
      summary: 'No checkout has succeeded for 2 minutes',
      value: 0,
      channel: '#alert-critical',
    },
  ],
  [
    {
      name: 'CheckoutLatencyHigh',
      severity: 'P2',
      environment: 'production',
      summary: 'p99 of checkout is 2.4 s',
      value: 2.4,
      channel: '#k8s-healthchecks',
    },
    {
      name: 'SearchLatencyHigh',
      severity: 'P2',
      environment: 'staging',
      summary: 'p99 of search is 3.1 s in staging',
      value: 3.1,
      channel: '#monitoring-dev',
    },
  ],
  [
    {
      name: 'CertificateRenewed',
      severity: 'P4',
      environment: 'production',
      summary: 'The certificate of shop.example was renewed',
      value: 1,
      channel: '#k8s-healthchecks',
    },
  ],
];

/**
 * Fires the demonstration through the front door, and watches where it arrives with the eyes of a person: the REST API
 * and, if it is simulated, Slack. The time counts from the first POST.
 */
export async function demonstrate(stage: Stage, withinMs: number): Promise<Outcome> {
  const run = randomBytes(4).toString('hex');
  const deadline = performance.now() + withinMs;
  const watched: Watched[] = [];
  const refusals: string[] = [];
  const posting = webhooks.map(async (scenes) => {
    watched.push(...scenes.map((scene) => watchFor(scene)));
    const refusal = await post(stage, scenes, run);
    if (refusal !== undefined) refusals.push(refusal);
  });
  while (watched.some((one) => !isComplete(one, stage)) && performance.now() < deadline) {
    await look(stage, watched, run);
    await pause(25);
  }
  await Promise.all(posting);
  for (const one of watched.filter((late) => !isComplete(late, stage))) stage.say(lineOf(one, stage));
  const missing = [...refusals, ...watched.flatMap((one) => missingOf(one, stage, withinMs))];
  const alerts = watched.map(({ scene, apiMs, slackMs, opsgenieMs }) => ({
    alert: scene.name,
    severity: scene.severity,
    channel: scene.channel,
    apiMs,
    slackMs,
    ...(isIncident(scene) ? { opsgenieMs } : {}),
  }));
  return { ok: missing.length === 0, alerts, missing };
}

interface Watched {
  readonly scene: Scene;
  readonly sentAtMs: number;
  problemId: string | undefined;
  apiMs: number | null;
  slackMs: number | null;
  opsgenieMs: number | null;
  /** What was seen and is not as it should be. */
  wrong: string | undefined;
}

const watchFor = (scene: Scene): Watched => ({
  scene,
  sentAtMs: performance.now(),
  problemId: undefined,
  apiMs: null,
  slackMs: null,
  opsgenieMs: null,
  wrong: undefined,
});

/** The refusal in words, if the webhook was not accepted. */
async function post(stage: Stage, scenes: readonly Scene[], run: string): Promise<string | undefined> {
  const now = new Date();
  const body = grafanaBody(scenes, run, now);
  const timestampS = String(Math.floor(now.getTime() / 1000));
  const names = scenes.map((scene) => scene.name).join(', ');
  try {
    const response = await fetch(`${stage.ingestUrl}/webhooks/grafana`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Grafana-Alerting-Signature': grafanaSignature(stage.grafanaHmacSecret, body, timestampS),
        [grafanaTimestampHeader]: timestampS,
      },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    const answer = await response.text();
    return response.ok
      ? undefined
      : `the webhook with ${names} was answered ${response.status}: ${answer.slice(0, 300)}`;
  } catch (error) {
    return `the webhook with ${names} was not answered: ${String(error)}`;
  }
}

/** Looks once at the API, at Slack and at Opsgenie, and says what came to be seen. */
async function look(stage: Stage, watched: readonly Watched[], run: string): Promise<void> {
  await Promise.all([
    lookAtApi(stage, watched, run),
    lookAtSlack(stage, watched, run),
    lookAtOpsgenie(stage, watched),
  ]);
}

async function lookAtApi(stage: Stage, watched: readonly Watched[], run: string): Promise<void> {
  const alerts = await alertsInApi(stage.apiUrl, stage.apiToken).catch(() => []);
  const seenAtMs = performance.now();
  for (const one of watched) {
    const { scene } = one;
    const found = alerts.find(
      ({ labels }) => labels['demonstration'] === run && labels['alertname'] === scene.name,
    );
    if (found === undefined || one.apiMs !== null) continue;
    one.apiMs = Math.round(seenAtMs - one.sentAtMs);
    one.problemId = found.problemId;
    if (found.severity !== scene.severity) one.wrong = `it is ${found.severity} in the API`;
    if (isComplete(one, stage)) stage.say(lineOf(one, stage));
  }
}

async function lookAtSlack(stage: Stage, watched: readonly Watched[], run: string): Promise<void> {
  if (stage.slackSimulatorUrl === undefined) return;
  const messages = await messagesInSlack(stage.slackSimulatorUrl).catch(() => []);
  const seenAtMs = performance.now();
  for (const one of watched) {
    const { scene, problemId } = one;
    const found = messages.find(
      ({ content }) =>
        (problemId !== undefined && content.includes(problemId)) ||
        (content.includes(run) && content.includes(scene.name)),
    );
    if (found === undefined || one.slackMs !== null) continue;
    one.slackMs = Math.round(seenAtMs - one.sentAtMs);
    if (found.channel !== scene.channel) one.wrong = `it is in ${found.channel}`;
    if (isComplete(one, stage)) stage.say(lineOf(one, stage));
  }
}

async function lookAtOpsgenie(stage: Stage, watched: readonly Watched[]): Promise<void> {
  if (stage.opsgenieSimulatorUrl === undefined) return;
  const incidents = await incidentsInOpsgenie(stage.opsgenieSimulatorUrl).catch(() => []);
  const seenAtMs = performance.now();
  for (const one of watched.filter(({ scene }) => isIncident(scene))) {
    const found = incidents.some(({ details }) => details['problem'] === one.problemId);
    if (!found || one.problemId === undefined || one.opsgenieMs !== null) continue;
    one.opsgenieMs = Math.round(seenAtMs - one.sentAtMs);
    if (isComplete(one, stage)) stage.say(lineOf(one, stage));
  }
}

const isIncident = ({ severity }: Scene): boolean => severity === 'P0' || severity === 'P1';

function isComplete({ scene, apiMs, slackMs, opsgenieMs }: Watched, stage: Stage): boolean {
  const { slackSimulatorUrl, opsgenieSimulatorUrl } = stage;
  return (
    apiMs !== null &&
    (slackMs !== null || slackSimulatorUrl === undefined) &&
    (opsgenieMs !== null || opsgenieSimulatorUrl === undefined || !isIncident(scene))
  );
}

function lineOf(one: Watched, { slackSimulatorUrl, opsgenieSimulatorUrl }: Stage): string {
  const { scene, apiMs, slackMs, opsgenieMs, wrong } = one;
  const api = apiMs === null ? 'not in the API' : `in the API after ${apiMs} ms`;
  const slack = slackMs === null ? `not in ${scene.channel}` : `in ${scene.channel} after ${slackMs} ms`;
  const real = `${scene.channel} of your Slack is not looked at`;
  const opsgenie = opsgenieMs === null ? 'not in Opsgenie' : `in Opsgenie after ${opsgenieMs} ms`;
  const seen = [
    api,
    slackSimulatorUrl === undefined ? real : slack,
    ...(isIncident(scene) && opsgenieSimulatorUrl !== undefined ? [opsgenie] : []),
  ];
  return `${scene.severity} ${scene.name.padEnd(20)} ${[...seen, ...(wrong === undefined ? [] : [`BUT ${wrong}`])].join(', ')}`;
}

function missingOf(one: Watched, stage: Stage, withinMs: number): readonly string[] {
  const { scene, apiMs, slackMs, opsgenieMs, wrong } = one;
  const within = `within ${withinMs / 1000} s`;
  return [
    ...(apiMs === null ? [`${scene.name} was not in the API ${within}`] : []),
    ...(slackMs === null && stage.slackSimulatorUrl !== undefined
      ? [`${scene.name} was not in ${scene.channel} ${within}`]
      : []),
    ...(opsgenieMs === null && isIncident(scene) && stage.opsgenieSimulatorUrl !== undefined
      ? [`${scene.name} was not in Opsgenie ${within}`]
      : []),
    ...(wrong === undefined ? [] : [`${scene.name}: ${wrong}, not ${scene.severity} in ${scene.channel}`]),
  ];
}

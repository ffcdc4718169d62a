import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { breakWorkload, mendWorkload, removeWorkloads, type Workload } from '@gomon/testing';
import { postByGrafana, type FrontDoor } from './front-door.js';
import { grafanaBody, type DemoAlert } from './grafana-webhook.js';
import { alertsInApi, incidentsInOpsgenie, messagesInSlack, problemStatus } from './look.js';

/** What the demonstration needs to know of the world. */
export interface Stage extends FrontDoor {
  readonly apiUrl: string;
  readonly apiToken: string;
  /** Undefined with a real Slack, whose channels are not read. */
  readonly slackSimulatorUrl: string | undefined;
  /** Undefined with a real Opsgenie, which is not read. */
  readonly opsgenieSimulatorUrl: string | undefined;
  /** Undefined with a real cluster, in which nothing is broken. */
  readonly kubernetesSimulatorUrl: string | undefined;
  readonly say: (line: string) => void;
}

export interface Sighting {
  readonly alert: string;
  readonly severity: string;
  readonly channel: string;
  /** From the start of what caused it until it was first seen there; null if it was not. */
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

/** A demonstration whose alerts were fired. */
export interface Demonstration {
  readonly outcome: Outcome;
  /** Undefined with a real cluster. */
  readonly crashLoop: CrashLoop | undefined;
}

/** What crash-loops, until it is mended. */
export interface CrashLoop {
  readonly workload: Workload;
  readonly problemId: string | undefined;
}

/** What is to be seen. */
interface Expected {
  readonly name: string;
  readonly severity: string;
  /** Where it must be told. */
  readonly channel: string;
  readonly isIn: (labels: Readonly<Record<string, string>>) => boolean;
}

interface Scene extends DemoAlert {
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
 * and, where they are simulated, Slack and Opsgenie. In a simulated cluster a pod begins to crash-loop as well. The time
 * counts from the first POST.
 */
export async function demonstrate(stage: Stage, withinMs: number): Promise<Demonstration> {
  const run = randomBytes(4).toString('hex');
  const deadline = performance.now() + withinMs;
  const watched: Watched[] = [];
  const refusals: string[] = [];
  const causes: Promise<void>[] = webhooks.map(async (scenes) => {
    watched.push(...scenes.map((scene) => watchFor({ ...scene, isIn: isScene(scene, run) })));
    const refusal = await post(stage, scenes, run);
    if (refusal !== undefined) refusals.push(refusal);
  });
  const crashLoop = crashLoopOf(run);
  if (stage.kubernetesSimulatorUrl !== undefined) {
    watched.push(crashLoop);
    const breaking = breakAfresh(stage.kubernetesSimulatorUrl, demoWorkload(run));
    causes.push(
      breaking.catch((error: unknown) => void refusals.push(`no pod crash-loops: ${String(error)}`)),
    );
  }
  while (watched.some((one) => !isComplete(one, stage)) && performance.now() < deadline) {
    await look(stage, watched);
    await pause(25);
  }
  await Promise.all(causes);
  for (const one of watched.filter((late) => !isComplete(late, stage))) stage.say(lineOf(one, stage));
  const missing = [...refusals, ...watched.flatMap((one) => missingOf(one, stage, withinMs))];
  const alerts = watched.map(({ expected, apiMs, slackMs, opsgenieMs }) => ({
    alert: expected.name,
    severity: expected.severity,
    channel: expected.channel,
    apiMs,
    slackMs,
    ...(isIncident(expected) ? { opsgenieMs } : {}),
  }));
  return {
    outcome: { ok: missing.length === 0, alerts, missing },
    crashLoop:
      stage.kubernetesSimulatorUrl === undefined
        ? undefined
        : { workload: demoWorkload(run), problemId: crashLoop.problemId },
  };
}

/** Mends what crash-loops, and says when its end was seen. Resolves with what was missing, in words. */
export async function mend(stage: Stage, crashLoop: CrashLoop, withinMs: number): Promise<readonly string[]> {
  const { kubernetesSimulatorUrl, slackSimulatorUrl, say } = stage;
  const { workload, problemId } = crashLoop;
  if (kubernetesSimulatorUrl === undefined) return [];
  const beganAtMs = performance.now();
  try {
    await mendWorkload(kubernetesSimulatorUrl, workload);
  } catch (error) {
    return [`the pod that crash-loops was not replaced: ${String(error)}`];
  }
  if (problemId === undefined) return [];
  const passed = () => Math.round(performance.now() - beganAtMs);
  let apiMs: number | null = null;
  let slackMs: number | null = null;
  while (passed() < withinMs && (apiMs === null || (slackMs === null && slackSimulatorUrl !== undefined))) {
    const status = await problemStatus(stage.apiUrl, stage.apiToken, problemId).catch(() => undefined);
    if (status === 'resolved') apiMs ??= passed();
    if (slackSimulatorUrl !== undefined) {
      const messages = await messagesInSlack(slackSimulatorUrl).catch(() => []);
      const isOver = messages.some(({ content, hasButtons }) => content.includes(problemId) && !hasButtons);
      if (isOver) slackMs ??= passed();
    }
    await pause(25);
  }
  const api = apiMs === null ? 'not resolved in the API' : `resolved in the API after ${apiMs} ms`;
  const slack = slackMs === null ? 'not in Slack' : `in Slack after ${slackMs} ms`;
  const seen = [api, ...(slackSimulatorUrl === undefined ? [] : [slack])].join(', ');
  say(`${CRASH_LOOP.severity} ${CRASH_LOOP.name.padEnd(20)} its pod was replaced: ${seen}`);
  const within = `within ${withinMs / 1000} s`;
  return [
    ...(apiMs === null ? [`${CRASH_LOOP.name} was not resolved in the API ${within}`] : []),
    ...(slackMs === null && slackSimulatorUrl !== undefined
      ? [`${CRASH_LOOP.name} was not shown as resolved in ${CRASH_LOOP.channel} ${within}`]
      : []),
  ];
}

const CRASH_LOOP = { name: 'PodCrashLooping', severity: 'P2', channel: '#k8s-healthchecks' } as const;

const DEMO_WORKLOADS = 'log-shipper-';

/** A workload of its own for each run, so that one that was never mended is not taken for it. */
function demoWorkload(run: string): Workload {
  return { namespace: 'monitoring', deployment: `${DEMO_WORKLOADS}${run}`, node: 'node-b' };
}

/** What earlier runs left in the cluster goes first. */
async function breakAfresh(simulatorUrl: string, workload: Workload): Promise<void> {
  await removeWorkloads(simulatorUrl, DEMO_WORKLOADS);
  await breakWorkload(simulatorUrl, workload);
}

function crashLoopOf(run: string): Watched {
  const { deployment } = demoWorkload(run);
  return watchFor({ ...CRASH_LOOP, isIn: ({ name }) => name === deployment });
}

const isScene =
  ({ name }: Scene, run: string) =>
  ({ demonstration, alertname }: Readonly<Record<string, string>>) =>
    demonstration === run && alertname === name;

interface Watched {
  readonly expected: Expected;
  readonly sentAtMs: number;
  problemId: string | undefined;
  apiMs: number | null;
  slackMs: number | null;
  opsgenieMs: number | null;
  /** What was seen and is not as it should be. */
  wrong: string | undefined;
}

const watchFor = (expected: Expected): Watched => ({
  expected,
  sentAtMs: performance.now(),
  problemId: undefined,
  apiMs: null,
  slackMs: null,
  opsgenieMs: null,
  wrong: undefined,
});

/** The refusal in words, if the webhook was not accepted. */
async function post(stage: Stage, scenes: readonly Scene[], run: string): Promise<string | undefined> {
  try {
    await postByGrafana(stage, grafanaBody(scenes, run, new Date()));
    return undefined;
  } catch (error) {
    const names = scenes.map((scene) => scene.name).join(', ');
    return `the webhook with ${names} was not accepted: ${String(error)}`;
  }
}

/** Looks once at the API, at Slack and at Opsgenie, and says what came to be seen. */
async function look(stage: Stage, watched: readonly Watched[]): Promise<void> {
  await lookAtApi(stage, watched);
  await Promise.all([lookAtSlack(stage, watched), lookAtOpsgenie(stage, watched)]);
}

async function lookAtApi(stage: Stage, watched: readonly Watched[]): Promise<void> {
  const alerts = await alertsInApi(stage.apiUrl, stage.apiToken).catch(() => []);
  const seenAtMs = performance.now();
  for (const one of watched) {
    const { expected } = one;
    const found = alerts.find(({ labels }) => expected.isIn(labels));
    if (found === undefined || one.apiMs !== null) continue;
    one.apiMs = Math.round(seenAtMs - one.sentAtMs);
    one.problemId = found.problemId;
    if (found.severity !== expected.severity) one.wrong = `it is ${found.severity} in the API`;
    if (isComplete(one, stage)) stage.say(lineOf(one, stage));
  }
}

async function lookAtSlack(stage: Stage, watched: readonly Watched[]): Promise<void> {
  if (stage.slackSimulatorUrl === undefined) return;
  const messages = await messagesInSlack(stage.slackSimulatorUrl).catch(() => []);
  const seenAtMs = performance.now();
  for (const one of watched) {
    const { expected, problemId } = one;
    const found = messages.find(({ content }) => problemId !== undefined && content.includes(problemId));
    if (found === undefined || one.slackMs !== null) continue;
    one.slackMs = Math.round(seenAtMs - one.sentAtMs);
    if (found.channel !== expected.channel) one.wrong = `it is in ${found.channel}`;
    if (isComplete(one, stage)) stage.say(lineOf(one, stage));
  }
}

async function lookAtOpsgenie(stage: Stage, watched: readonly Watched[]): Promise<void> {
  if (stage.opsgenieSimulatorUrl === undefined) return;
  const incidents = await incidentsInOpsgenie(stage.opsgenieSimulatorUrl).catch(() => []);
  const seenAtMs = performance.now();
  for (const one of watched.filter(({ expected }) => isIncident(expected))) {
    const found = incidents.some(({ details }) => details['problem'] === one.problemId);
    if (!found || one.problemId === undefined || one.opsgenieMs !== null) continue;
    one.opsgenieMs = Math.round(seenAtMs - one.sentAtMs);
    if (isComplete(one, stage)) stage.say(lineOf(one, stage));
  }
}

const isIncident = ({ severity }: Expected): boolean => severity === 'P0' || severity === 'P1';

function isComplete({ expected, apiMs, slackMs, opsgenieMs }: Watched, stage: Stage): boolean {
  const { slackSimulatorUrl, opsgenieSimulatorUrl } = stage;
  return (
    apiMs !== null &&
    (slackMs !== null || slackSimulatorUrl === undefined) &&
    (opsgenieMs !== null || opsgenieSimulatorUrl === undefined || !isIncident(expected))
  );
}

function lineOf(one: Watched, { slackSimulatorUrl, opsgenieSimulatorUrl }: Stage): string {
  const { expected, apiMs, slackMs, opsgenieMs, wrong } = one;
  const api = apiMs === null ? 'not in the API' : `in the API after ${apiMs} ms`;
  const slack =
    slackMs === null ? `not in ${expected.channel}` : `in ${expected.channel} after ${slackMs} ms`;
  const real = `${expected.channel} of your Slack is not looked at`;
  const opsgenie = opsgenieMs === null ? 'not in Opsgenie' : `in Opsgenie after ${opsgenieMs} ms`;
  const seen = [
    api,
    slackSimulatorUrl === undefined ? real : slack,
    ...(isIncident(expected) && opsgenieSimulatorUrl !== undefined ? [opsgenie] : []),
  ];
  return `${expected.severity} ${expected.name.padEnd(20)} ${[...seen, ...(wrong === undefined ? [] : [`BUT ${wrong}`])].join(', ')}`;
}

function missingOf(one: Watched, stage: Stage, withinMs: number): readonly string[] {
  const { expected, apiMs, slackMs, opsgenieMs, wrong } = one;
  const within = `within ${withinMs / 1000} s`;
  return [
    ...(apiMs === null ? [`${expected.name} was not in the API ${within}`] : []),
    ...(slackMs === null && stage.slackSimulatorUrl !== undefined
      ? [`${expected.name} was not in ${expected.channel} ${within}`]
      : []),
    ...(opsgenieMs === null && isIncident(expected) && stage.opsgenieSimulatorUrl !== undefined
      ? [`${expected.name} was not in Opsgenie ${within}`]
      : []),
    ...(wrong === undefined
      ? []
      : [`${expected.name}: ${wrong}, not ${expected.severity} in ${expected.channel}`]),
  ];
}

import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  addNode,
  failingNode,
  failNode,
  failPods,
  recoverNode,
  removeNode,
  runsWithNodes,
  type FailingNode,
} from '@gomon/testing';
import type { Stage } from './demonstration.js';
import { alertsInApi, incidentsInOpsgenie, messagesInSlack, nodesInApi, problemStatus } from './look.js';
import { noEndpoints, probeFailed, sendByAlertmanager, sendByGrafana } from './node-alerts.js';

/** What runs where is told every 30 s at the latest, where whoever started this has not said otherwise. */
const KNOWN_WITHIN_MS = 35_000;

/** A node of the simulated cluster that has failed, until it is back. */
export interface NodeFailure {
  readonly failing: FailingNode;
  readonly beganAt: Date;
  readonly problemId: string | undefined;
  /** What was not seen, in words. */
  readonly missing: readonly string[];
}

/** One more symptom. */
interface Step {
  readonly what: string;
  readonly alertname: string;
  /** Label and value by which its alert is known. */
  readonly by: readonly [label: string, value: string];
  readonly cause: () => Promise<void>;
  readonly opensIncident: boolean;
  /** What the message shows then. */
  readonly shows: string;
}

/** What was seen of a step. */
interface Seen {
  readonly problemId: string | undefined;
  readonly missing: readonly string[];
}

/**
 * A node of the simulated cluster fails, and its own alert comes last: its pods first, by the watcher, then their service, by
 * Alertmanager, and their ingress, by Grafana. Watches that all of it is one message in Slack, which names the node in the
 * end, and one incident in Opsgenie. Undefined with a real cluster.
 */
export async function demonstrateNodeFailure(
  stage: Stage,
  withinMs: number,
): Promise<NodeFailure | undefined> {
  const { kubernetesSimulatorUrl: cluster, say } = stage;
  if (cluster === undefined) return undefined;
  const failing = failingNode(randomBytes(4).toString('hex'));
  let seen: Seen = { problemId: undefined, missing: await place(stage, cluster, failing) };
  const beganAt = new Date();
  if (seen.missing.length > 0) return { failing, beganAt, ...seen };
  say(`node ${failing.node} fails with what runs on it; its own alert comes last`);
  for (const step of stepsOf(stage, cluster, failing, beganAt)) {
    seen = await take(step, stage, failing, seen.problemId, withinMs);
    if (seen.missing.length > 0) return { failing, beganAt, ...seen };
  }
  for (const line of whereToLook(stage, seen.problemId)) say(`   ${line}`);
  return { failing, beganAt, ...seen };
}

/** Adds a node, and waits until it is known what runs on it. Resolves with what was missing, in words. */
async function place(stage: Stage, cluster: string, failing: FailingNode): Promise<readonly string[]> {
  try {
    await endEarlier(stage, cluster);
    await addNode(cluster, failing);
  } catch (error) {
    return [`no node fails: ${String(error)}`];
  }
  const { missing } = await until(KNOWN_WITHIN_MS, async () => {
    const isKnown = (await nodesInApi(stage.apiUrl, stage.apiToken)).includes(failing.node);
    return isKnown ? [] : [`what runs on ${failing.node} was not known`];
  });
  return missing;
}

/** Its node is back, with all that runs on it: all ends together. Resolves with what was missing, in words. */
export async function demonstrateRecovery(
  stage: Stage,
  { failing, beganAt, problemId }: NodeFailure,
  withinMs: number,
): Promise<readonly string[]> {
  const { kubernetesSimulatorUrl: cluster, apiUrl, apiToken } = stage;
  if (cluster === undefined) return [];
  try {
    await recoverNode(cluster, failing);
    await endWebhooks(stage, failing, beganAt);
  } catch (error) {
    return [`the node does not come back: ${String(error)}`];
  }
  if (problemId === undefined) return [];
  const { missing, afterMs } = await until(withinMs, async () => {
    const [status, { parents, incidents }] = await Promise.all([
      problemStatus(apiUrl, apiToken, problemId),
      sightOf(stage, failing),
    ]);
    return [
      ...(status === 'resolved' ? [] : [`the failure of ${failing.node} was not resolved in the API`]),
      ...(parents?.some(({ hasButtons }) => hasButtons) === true
        ? [`the failure of ${failing.node} was not shown as resolved in Slack`]
        : []),
      ...(incidents?.some((incident) => incident.status === 'open') === true
        ? [`the incident of ${failing.node} was not resolved in Opsgenie`]
        : []),
      ...tooMany(parents?.length, incidents?.length),
    ];
  });
  if (missing.length === 0) {
    stage.say(
      `node ${failing.node} is back: ${partsOf(stage).join(' and ')} resolved together after ${afterMs} ms`,
    );
  }
  return missing;
}

function stepsOf(stage: Stage, cluster: string, failing: FailingNode, at: Date): readonly Step[] {
  const { node, workload } = failing;
  return [
    {
      what: 'its pods are not ready',
      alertname: 'PodNotReady',
      by: ['name', workload],
      cause: () => failPods(cluster, failing),
      opensIncident: false,
      shows: `${workload} (${failing.namespace}) is not ready`,
    },
    {
      what: 'their service has no endpoints',
      alertname: 'ServiceNoReadyEndpoints',
      by: ['service', workload],
      cause: () => sendByAlertmanager(stage, noEndpoints(failing, at)),
      opensIncident: false,
      shows: 'ServiceNoReadyEndpoints',
    },
    {
      what: 'their ingress answers 503',
      alertname: 'ProbeFailed',
      by: ['ingress', workload],
      cause: () => sendByGrafana(stage, probeFailed(failing, at)),
      opensIncident: false,
      shows: 'ProbeFailed',
    },
    {
      what: 'the node is not ready',
      alertname: 'NodeNotReady',
      by: ['name', node],
      cause: () => failNode(cluster, failing),
      opensIncident: true,
      shows: `(node ${node})`,
    },
  ];
}

/** Causes a symptom, and says when it was seen. `problemId`: that of the symptoms before. */
async function take(
  step: Step,
  stage: Stage,
  failing: FailingNode,
  problemId: string | undefined,
  withinMs: number,
): Promise<Seen> {
  const { alertname, by, opensIncident, shows } = step;
  try {
    await step.cause();
  } catch (error) {
    return { problemId, missing: [`${alertname} does not fire: ${String(error)}`] };
  }
  let place = problemId;
  let channel = '';
  const { missing, afterMs } = await until(withinMs, async () => {
    const [alerts, { parents, incidents }] = await Promise.all([
      alertsInApi(stage.apiUrl, stage.apiToken),
      sightOf(stage, failing),
    ]);
    const alert = alerts.find(({ labels }) => labels['alertname'] === alertname && labels[by[0]] === by[1]);
    if (alert === undefined) return [`${alertname} was not in the API`];
    place ??= alert.problemId;
    channel = parents?.[0]?.channel ?? '';
    return [
      ...(alert.problemId === place ? [] : [`${alertname} was a problem of its own`]),
      ...(parents?.some(({ content }) => content.includes(shows)) === false
        ? [`${alertname} was not in the message in Slack`]
        : []),
      ...(opensIncident && incidents?.length === 0 ? [`${alertname} was no incident in Opsgenie`] : []),
      ...tooMany(parents?.length, incidents?.length),
    ];
  });
  if (missing.length === 0) {
    const told = problemId === undefined ? `a message in ${channel}` : 'the same message';
    const where = stage.slackSimulatorUrl === undefined ? 'in the API' : told;
    const incident =
      opensIncident && stage.opsgenieSimulatorUrl !== undefined ? ', an incident in Opsgenie' : '';
    stage.say(`   ${alertname.padEnd(24)} ${step.what}: ${where}${incident} after ${afterMs} ms`);
  }
  return { problemId: place, missing };
}

function tooMany(parents = 0, incidents = 0): readonly string[] {
  return [
    ...(parents > 1 ? [`there were ${parents} messages in Slack instead of one`] : []),
    ...(incidents > 1 ? [`there were ${incidents} incidents in Opsgenie instead of one`] : []),
  ];
}

/** What Slack and Opsgenie show of it; undefined where they are real ones. */
async function sightOf(stage: Stage, { node, workload }: FailingNode) {
  const { slackSimulatorUrl: slack, opsgenieSimulatorUrl: opsgenie } = stage;
  const isAbout = (text: string) => text.includes(node) || text.includes(workload);
  const parents =
    slack === undefined
      ? undefined
      : (await messagesInSlack(slack)).filter(({ content, isReply }) => !isReply && isAbout(content));
  const incidents =
    opsgenie === undefined
      ? undefined
      : (await incidentsInOpsgenie(opsgenie)).filter(({ details }) => isAbout(JSON.stringify(details)));
  return { parents, incidents };
}

/** Asks again and again, until nothing is missing or the time is over. */
async function until(withinMs: number, look: () => Promise<readonly string[]>) {
  const beganAtMs = performance.now();
  const passed = () => Math.round(performance.now() - beganAtMs);
  for (;;) {
    const missing = await look().catch((error: unknown) => [`it could not be looked at: ${String(error)}`]);
    const afterMs = passed();
    if (missing.length === 0) return { missing, afterMs };
    if (afterMs >= withinMs) {
      return { missing: missing.map((one) => `${one} within ${withinMs / 1_000} s`), afterMs };
    }
    await pause(25);
  }
}

function partsOf({ slackSimulatorUrl, opsgenieSimulatorUrl }: Stage): readonly string[] {
  return [
    slackSimulatorUrl === undefined ? 'the problem' : 'the message',
    ...(opsgenieSimulatorUrl === undefined ? [] : ['the incident']),
  ];
}

function whereToLook(stage: Stage, problemId = ''): readonly string[] {
  const { slackSimulatorUrl, opsgenieSimulatorUrl, apiUrl } = stage;
  return [
    ...(slackSimulatorUrl === undefined
      ? []
      : [`one message, which names the node as the likely cause: ${slackSimulatorUrl}/`]),
    ...(opsgenieSimulatorUrl === undefined ? [] : [`one incident: ${opsgenieSimulatorUrl}/`]),
    `one problem: ${apiUrl}/api/v1/problems/${problemId}`,
  ];
}

/** What an earlier run left failing ends: its alerts would be open for hours. */
async function endEarlier(stage: Stage, cluster: string): Promise<void> {
  for (const run of await runsWithNodes(cluster)) {
    const failing = failingNode(run);
    await endWebhooks(stage, failing, new Date());
    await removeNode(cluster, failing);
  }
}

async function endWebhooks(stage: Stage, failing: FailingNode, startsAt: Date): Promise<void> {
  const endsAt = new Date();
  await sendByAlertmanager(stage, { ...noEndpoints(failing, startsAt), endsAt });
  await sendByGrafana(stage, { ...probeFailed(failing, startsAt), endsAt });
}

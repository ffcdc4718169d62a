import {
  addNode,
  eventually,
  failingNode,
  failNode,
  failPods,
  recoverNode,
  RunningSystem,
  type FailingNode,
} from '@gomon/testing';
import { postAlertmanager } from './system/alertmanager.js';
import { alertsNamed, callApi, ledger, problem } from './system/api.js';
import { grafanaBody, postGrafana, type WebhookAlert } from './system/grafana.js';
import { incidentsInOpsgenie, type ProviderIncident } from './system/opsgenie.js';
import { parentsInSlack, type Parent } from './system/slack.js';
import { UNPACED } from './system/unpaced.js';

let system: RunningSystem;
let parentsBefore: readonly Parent[];
let incidentsBefore: readonly ProviderIncident[];

beforeAll(async () => {
  system = await RunningSystem.start({ env: UNPACED });
}, 120_000);

beforeEach(async () => {
  parentsBefore = await allParents();
  incidentsBefore = await allIncidents();
});

afterAll(() => system.stop());

const allParents = async () => [...(await parentsInSlack(system)).values()].flat();
const allIncidents = async () => [...(await incidentsInOpsgenie(system)).values()].flat();

async function newParents(): Promise<readonly Parent[]> {
  const before = new Set(parentsBefore.map(({ message }) => message.ts));
  return (await allParents()).filter(({ message }) => !before.has(message.ts));
}

async function newIncidents(): Promise<readonly ProviderIncident[]> {
  const before = new Set(incidentsBefore.map(({ id }) => id));
  return (await allIncidents()).filter(({ id }) => !before.has(id));
}

const cluster = () => system.simulatorUrl('kubernetes');

/** A node whose pods, service and ingress the correlator knows. */
async function knownNode(run: string): Promise<FailingNode> {
  const failing = failingNode(run);
  await addNode(cluster(), failing);
  await eventually('its topology is known', async () => {
    const { body } = await callApi(system, '/cluster/topology');
    return JSON.stringify(body).includes(failing.node);
  });
  return failing;
}

const now = () => new Date().toISOString();

/** Its pods as kube-state-metrics names them; whoever sends these knows nothing of the node. */
const podsNotReady = ({ namespace, workload }: FailingNode): readonly WebhookAlert[] =>
  ['aaaaa', 'bbbbb'].map((suffix) => ({
    status: 'firing',
    labels: {
      alertname: 'KubePodNotReady',
      severity: 'warning',
      namespace,
      pod: `${workload}-7d9f8c6b5-${suffix}`,
    },
    annotations: { summary: 'Pod has been in a non-ready state for more than 15 minutes.' },
    startsAt: now(),
  }));

const noEndpoints = ({ namespace, workload }: FailingNode): WebhookAlert => ({
  status: 'firing',
  labels: { alertname: 'ServiceNoReadyEndpoints', severity: 'warning', namespace, service: workload },
  annotations: { summary: `Service ${workload} has no ready endpoints` },
  startsAt: now(),
});

const probeFailed = ({ namespace, workload, host }: FailingNode): WebhookAlert => ({
  status: 'firing',
  labels: {
    alertname: 'ProbeFailed',
    severity: 'critical',
    namespace,
    ingress: workload,
    instance: `https://${host}/healthz`,
  },
  annotations: { summary: `https://${host}/healthz answers 503` },
  startsAt: now(),
});

const ended = (alerts: readonly WebhookAlert[]): readonly WebhookAlert[] =>
  alerts.map((alert) => ({ ...alert, status: 'resolved', endsAt: now() }));

async function fromAlertmanager(...alerts: readonly WebhookAlert[]): Promise<void> {
  expect((await postAlertmanager(system, alerts)).status).toBe(200);
}

async function fromGrafana(...alerts: readonly WebhookAlert[]): Promise<void> {
  expect((await postGrafana(system, grafanaBody(alerts))).status).toBe(200);
}

/** The one message there is, once so many alerts are in its problem and it shows them. */
async function messageOf(members: number): Promise<Parent & { readonly problemId: string }> {
  let problemId = '';
  await eventually(`${members} alerts are told`, async () => {
    const [parent] = await newParents();
    const id = parent?.message.metadata?.event_payload?.['problem_id'];
    if (typeof id !== 'string') return false;
    problemId = id;
    const { counts, told, version } = await problem(system, id);
    return (counts?.total ?? 1) === members && told[0]?.version === version;
  });
  const [parent, ...others] = await newParents();
  expect(others).toEqual([]);
  if (parent === undefined) throw new Error('there is no message');
  return { ...parent, problemId };
}

const shown = ({ message }: Parent): string => JSON.stringify(message.blocks);

/** All that fails is over. */
async function recover(failing: FailingNode, sent: readonly WebhookAlert[], probe: WebhookAlert) {
  await recoverNode(cluster(), failing);
  await fromAlertmanager(...ended(sent));
  await fromGrafana(...ended([probe]));
}

/** The message, its incident and the ledger after all is over. */
async function expectTheEnd(problemId: string, ts: string, members: number): Promise<void> {
  await eventually('it is over', async () => (await problem(system, problemId)).status === 'resolved');
  expect((await problem(system, problemId)).counts).toEqual({
    total: members,
    firing: 0,
    resolved: members,
  });
  await eventually('its incident is over', async () => (await newIncidents())[0]?.status === 'resolved');
  await eventually('its message says so', async () =>
    shown(await messageOf(members)).includes('*Incident* resolved'),
  );
  const message = await messageOf(members);
  expect(message.message.ts).toBe(ts);
  expect(message.message.blocks?.some(({ type }) => type === 'actions')).toBe(false);
  const [incident, ...more] = await newIncidents();
  expect(more).toEqual([]);
  const texts = incident?.timeline.map(({ text }) => text);
  expect(texts?.filter((text) => text === 'Incident created')).toHaveLength(1);
  expect(texts?.filter((text) => text === 'resolved')).toHaveLength(1);
  await eventually('the ledger balances', async () => {
    const { balanced, observations } = await ledger(system);
    return balanced && observations.inFlight.waitingToBeTold + observations.inFlight.undecided === 0;
  });
}

describe('a node that fails with its pods, its service and its ingress', () => {
  it('is one message that comes to name the node, and one incident, although its own alert comes last', async () => {
    const failing = await knownNode('last');
    await failPods(cluster(), failing);
    const first = await messageOf(1);
    expect(first.message.text).toBe(`🟠 P2 firing: PodNotReady: ${failing.workload} (portal) is not ready`);
    const endpoints = noEndpoints(failing);
    await fromAlertmanager(endpoints);
    await messageOf(2);
    const probe = probeFailed(failing);
    await fromGrafana(probe);
    expect((await messageOf(3)).message.text).toContain('P1 firing: PodNotReady');
    await eventually('it is in Opsgenie', async () => (await newIncidents()).length > 0);

    await failNode(cluster(), failing);
    const named = await messageOf(4);
    expect(named.message.text).toBe(`🔴 P1 firing: NodeNotReady: Node ${failing.node} is not ready`);
    expect(shown(named)).toMatch(
      /Likely cause \(\d+ %\): NodeNotReady, \d+ s after the first of 3 alerts that follow from it: a node and what runs on it \(node worker-last\)/,
    );
    expect([named.message.ts, named.channel]).toEqual([first.message.ts, first.channel]);
    await eventually('Opsgenie names the node, and says why', async () => {
      const [incident] = await newIncidents();
      const why = incident?.timeline.filter(({ text }) =>
        text.startsWith('GoMon: likely cause: NodeNotReady'),
      );
      return incident?.message === 'NodeNotReady' && why?.length === 1;
    });
    expect(await newIncidents()).toMatchObject([{ status: 'open', details: { problem: named.problemId } }]);

    await recover(failing, [endpoints], probe);
    await expectTheEnd(named.problemId, first.message.ts, 4);
  }, 120_000);

  it('is the same when its alert comes first, and its pods are told by somebody who knows of no node', async () => {
    const failing = await knownNode('first');
    await failNode(cluster(), failing);
    const first = await messageOf(1);
    expect(first.message.text).toBe(`🔴 P1 firing: NodeNotReady: Node ${failing.node} is not ready`);
    await eventually('it is in Opsgenie', async () => (await newIncidents()).length > 0);
    await failPods(cluster(), failing);
    const sent = [...podsNotReady(failing), noEndpoints(failing)];
    for (const alert of sent) await fromAlertmanager(alert);
    const probe = probeFailed(failing);
    await fromGrafana(probe);
    const named = await messageOf(5);
    expect(named.message.text).toBe(first.message.text);
    expect(shown(named)).toContain('Likely cause');
    expect(shown(named)).toContain('(node worker-first)');
    expect(named.message.ts).toBe(first.message.ts);
    // The watcher itself leaves the pods of a lost node to the node.
    const pods = await alertsNamed(system, 'PodNotReady');
    expect(pods.filter(({ labels }) => labels['node'] === failing.node)).toEqual([]);

    await recover(failing, sent, probe);
    await expectTheEnd(named.problemId, first.message.ts, 5);
  }, 120_000);
});

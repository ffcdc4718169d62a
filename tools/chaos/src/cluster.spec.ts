import { editCluster, eventually, node, RunningSystem } from '@gomon/testing';
import { ClusterStory } from './chaos/cluster-story.js';
import { faultsIn, settle } from './chaos/outcome.js';
import { Senders } from './chaos/senders.js';
import { alertsNamed, callApi, problem } from './system/api.js';
import { controlCluster } from './system/kubernetes.js';
import { incidentsInOpsgenie } from './system/opsgenie.js';
import { UNPACED } from './system/unpaced.js';
import { parentsInSlack, type Parent } from './system/slack.js';

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start({
    env: {
      ...UNPACED,
      K8S_BLIND_AFTER_S: '5',
      K8S_CLUSTER: 'default',
    },
  });
}, 120_000);

afterAll(() => system.stop());

/** The parents of an alert's newest problem, once it is told as it is. */
async function parentsOf(alertname: string, name: string): Promise<readonly Parent[]> {
  let parents: readonly Parent[] = [];
  await eventually(`${alertname} of ${name} is told`, async () => {
    const alert = (await alertsNamed(system, alertname)).find(({ labels }) => labels['name'] === name);
    if (alert === undefined) return false;
    const view = await problem(system, alert.problemId);
    parents = (await parentsInSlack(system)).get(view.id) ?? [];
    return view.told[0]?.version === view.version;
  });
  return parents;
}

async function statusOf(alertname: string, name: string): Promise<string | undefined> {
  return (await alertsNamed(system, alertname)).find(({ labels }) => labels['name'] === name)?.status;
}

const hasButtons = ({ message }: Parent): boolean =>
  message.blocks?.some(({ type }) => type === 'actions') === true;

it('a pod that crash-loops is one message in Slack, and over when it is mended', async () => {
  const cluster = new ClusterStory(system, 'one');
  await cluster.break('shipper');
  const [parent, ...more] = await parentsOf('PodCrashLooping', 'one-shipper');
  expect(more).toEqual([]);
  expect(parent?.channel).toBe('#k8s-healthchecks');
  expect(JSON.stringify(parent?.message.blocks)).toContain('one-shipper (monitoring) crash-loops: exit 1');
  await cluster.mend('shipper');
  await eventually(
    'it is over',
    async () => (await statusOf('PodCrashLooping', 'one-shipper')) === 'resolved',
  );
  const after = await parentsOf('PodCrashLooping', 'one-shipper');
  expect(after.map(({ message }) => message.ts)).toEqual([parent?.message.ts]);
  expect(after.map(hasButtons)).toEqual([false]);
});

it('a node that is not ready is a P1 in Slack and one incident in Opsgenie, resolved with it', async () => {
  const kubernetes = system.simulatorUrl('kubernetes');
  await editCluster(kubernetes, [node(new Date(), 'node-c', 'False', 61)]);
  const [parent, ...more] = await parentsOf('NodeNotReady', 'node-c');
  expect(more).toEqual([]);
  expect(parent?.channel).toBe('#alert-critical');
  const [alert] = await alertsNamed(system, 'NodeNotReady');
  expect(alert?.severity).toBe('P1');
  const id = alert?.problemId ?? '';
  const incidents = async () => (await incidentsInOpsgenie(system)).get(id) ?? [];
  await eventually('it is in Opsgenie', async () => (await incidents()).length > 0);
  await eventually('its message leads there', async () =>
    JSON.stringify(await parentsOf('NodeNotReady', 'node-c')).includes('in Opsgenie'),
  );
  // Health is told every so often, not with each change.
  await eventually('the cluster has a node less', async () => {
    const { body } = await callApi(system, '/cluster/health');
    return JSON.stringify(body).includes('"readyNodes":2');
  });
  await editCluster(kubernetes, [node(new Date(), 'node-c', 'True', 600)]);
  await eventually('it is over', async () => (await statusOf('NodeNotReady', 'node-c')) === 'resolved');
  await eventually('it is over in Opsgenie', async () => (await incidents())[0]?.status === 'resolved');
  expect(await incidents()).toHaveLength(1);
  expect((await parentsOf('NodeNotReady', 'node-c')).map(hasButtons)).toEqual([false]);
});

it('a watcher that is killed while workloads break and are mended misses nothing and doubles nothing', async () => {
  const cluster = new ClusterStory(system, 'kill');
  const workloads = Array.from({ length: 40 }, (_, index) => `w${index}`);
  let killed: Promise<void> | undefined;
  for (const [index, workload] of workloads.entries()) {
    await cluster.break(workload);
    const earlier = workloads[index - 10];
    if (earlier !== undefined && index % 2 === 0) await cluster.mend(earlier);
    if (index === 15) {
      const pid = await system.kill('k8s-watcher');
      killed = system.untilBack('k8s-watcher', pid);
    }
  }
  await killed;
  await settle(system, 60_000, cluster);
  expect(await faultsIn(system, new Senders(system, 'kill'), 'kill', cluster)).toEqual([]);
  expect([...cluster.isBroken.values()].filter((isBroken) => isBroken)).toHaveLength(25);
}, 120_000);

it('nothing ends while the API server is away, and what changed meanwhile is told when it is back', async () => {
  const cluster = new ClusterStory(system, 'away');
  await cluster.break('stays');
  await cluster.break('ends');
  await parentsOf('PodCrashLooping', 'away-stays');
  await parentsOf('PodCrashLooping', 'away-ends');
  await controlCluster(system, '/__away', { on: true });
  await cluster.mend('ends');
  await cluster.break('begins');
  await eventually('it is said that the cluster is not seen', async () => {
    return (await statusOf('WatcherBlind', 'default')) === 'firing';
  });
  expect(await statusOf('PodCrashLooping', 'away-ends')).toBe('firing');
  await controlCluster(system, '/__away', { on: false });
  await eventually(
    'it is seen again',
    async () => (await statusOf('WatcherBlind', 'default')) === 'resolved',
  );
  await settle(system, 60_000, cluster);
  expect(await faultsIn(system, new Senders(system, 'away'), 'away', cluster)).toEqual([]);
}, 120_000);

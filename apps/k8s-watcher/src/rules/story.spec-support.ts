import { readFileSync } from 'node:fs';
import { type crashLoopingPod, healthyPod } from '@gomon/testing';
import { z } from 'zod';
import { EMPTY_CLUSTER, type ClusterView } from '../cluster/cluster.js';
import { deployment, node, pod, service, workload } from '../cluster/objects.js';
import { judge } from './judge.js';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from './rule-settings.js';
import type { RuleId, Verdict } from './verdict.js';

/** When the fixtures are judged, as their README says. */
export const NOON = Date.parse('2026-11-20T10:00:00Z');
export const noon = new Date(NOON);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export const cart = { namespace: 'shop', deployment: 'cart' };

/** Text of a time so long before noon. */
export function ago(ms: number): string {
  return new Date(NOON - ms).toISOString();
}

const anyObject = z.looseObject({ kind: z.string() });

export function fixture(name: string): z.infer<typeof anyObject> {
  return anyObject.parse(JSON.parse(fixtureText(`${name}.json`)));
}

export function fixtureText(file: string): string {
  return readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8');
}

/** Objects as one cluster. */
export function clusterOf(objects: readonly unknown[]): ClusterView {
  const of = <Thing>(kind: string, schema: z.ZodType<Thing>) =>
    objects.flatMap((each) => {
      const isOfKind = anyObject.safeParse(each).data?.kind === kind;
      const parsed = isOfKind ? schema.safeParse(each) : undefined;
      return parsed?.success === true ? [parsed.data] : [];
    });
  return {
    ...EMPTY_CLUSTER,
    pods: of('Pod', pod),
    nodes: of('Node', node),
    deployments: of('Deployment', deployment),
    replicaSets: of('ReplicaSet', workload),
    statefulSets: of('StatefulSet', workload),
    daemonSets: of('DaemonSet', workload),
    jobs: of('Job', workload),
    services: of('Service', service),
  };
}

export function verdicts(
  objects: readonly unknown[],
  now: number = NOON,
  settings: Partial<RuleSettings> = {},
): readonly Verdict[] {
  return judge(clusterOf(objects), { ...DEFAULT_RULE_SETTINGS, ...settings }, now).map(
    ({ verdict }) => verdict,
  );
}

/** What fires, as `rule severity`. */
export function firing(...args: Parameters<typeof verdicts>): readonly string[] {
  return verdicts(...args)
    .filter(({ state }) => state === 'firing')
    .map(({ rule, severity }) => `${rule} ${severity}`);
}

/** What a rule holds of objects of one owner. */
export function stateOf(rule: RuleId, ...args: Parameters<typeof verdicts>): string {
  return verdictOf(rule, ...args)?.state ?? 'clear';
}

export function verdictOf(rule: RuleId, ...args: Parameters<typeof verdicts>): Verdict | undefined {
  return verdicts(...args).find((verdict) => verdict.rule === rule);
}

type TestPod = ReturnType<typeof healthyPod> | ReturnType<typeof crashLoopingPod>;

/** A pod with another container status. */
export function withContainer(pod: TestPod, changes: object) {
  const containerStatuses = pod.status.containerStatuses.map((each) => ({ ...each, ...changes }));
  return { ...pod, status: { ...pod.status, containerStatuses } };
}

/** A pod that is not ready since then. */
export function unready(sinceMs: number, container: object = {}) {
  const pod = withContainer(healthyPod(noon, cart), { ready: false, ...container });
  const condition = {
    type: 'Ready',
    status: 'False',
    reason: 'ContainersNotReady',
    lastTransitionTime: ago(sinceMs),
  };
  return { ...pod, status: { ...pod.status, conditions: [condition] } };
}

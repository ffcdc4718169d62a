import { NOT_PRODUCTION, type Via } from '@gomon/contracts';
import type { Traits } from './traits.js';

/** Two that say where they are must not say different places. */
export function areTogether(one: Traits, other: Traits, via?: Via): boolean {
  const agree = (a: string, b: string) => a === '' || b === '' || a === b;
  if (!agree(one.cluster, other.cluster) || !agree(one.environment, other.environment)) return false;
  if (isInProduction(one) !== isInProduction(other) && !areAtOnePlace(one, other)) return false;
  return via !== 'app' && via !== 'pod' && via !== 'pvc' && via !== 'ingress'
    ? true
    : agree(one.namespace, other.namespace) ||
        one.reaches.includes(other.namespace) ||
        other.reaches.includes(one.namespace);
}

/** Whether they say the same cluster, environment and namespace, or neither says any. */
export function saySamePlace(one: Traits, other: Traits): boolean {
  return (
    one.cluster === other.cluster &&
    one.environment === other.environment &&
    one.namespace === other.namespace
  );
}

/** Not every source says which environment it is of what is at one place. */
function areAtOnePlace(one: Traits, other: Traits): boolean {
  const isSame = (a: string, b: string) => a !== '' && a === b;
  return (
    isSame(one.namespace, other.namespace) ||
    isSame(one.cluster, other.cluster) ||
    one.nodes.some((node) => other.nodes.includes(node))
  );
}

/** Where it is not said of something that it is not production, it is. */
function isInProduction({ environment }: Traits): boolean {
  return !OTHERS.has(environment);
}

const OTHERS: ReadonlySet<string> = new Set(NOT_PRODUCTION);

/** Two that say different regions or sites have something in common only where one names the other. */
export function areInOneArea({ areas, mentions }: Traits, { areas: others }: Traits): boolean {
  for (const [label, value] of areas) {
    const other = others.get(label) ?? value;
    if (other !== value && !mentions.includes(`name:${other}`)) return false;
  }
  return true;
}

/**
 * What says nothing of Kubernetes follows from nothing in its control plane; and what says that it is at some site, and of no
 * cluster, is no part of a cluster of which nothing says that it is there.
 */
export function isOutsideOf(cause: Traits, effect: Traits): boolean {
  if (effect.isInKubernetes) return false;
  if (CONTROL_PLANE.has(cause.role.kind.name)) return effect.role.kind.name === 'unready';
  return cause.cluster !== '' && SITES.some((site) => effect.areas.has(site) && !cause.areas.has(site));
}

/** Two that say which data centre they are in must not say different ones. */
export function mayBeAtOneSite({ areas }: Traits, { areas: others }: Traits): boolean {
  return SITES.every((site) => {
    const [one, other] = [areas.get(site), others.get(site)];
    return one === undefined || other === undefined || one === other;
  });
}

/** Whether they say the same of that. */
export function areAtOneSite({ areas }: Traits, { areas: others }: Traits): boolean {
  return SITES.every((site) => areas.get(site) === others.get(site));
}

const CONTROL_PLANE = new Set(['etcd', 'api-server', 'controllers', 'kubelet-certificate', 'webhook']);
const SITES = ['site', 'datacenter', 'data_center', 'dc', 'colo'];

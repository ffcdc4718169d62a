import { isStore, type Kind } from './kinds.js';
import { CollectedKeys, keys, type Key } from './keys.js';
import type { Places } from './places.js';

const CLUSTER: Key = 'cluster:';
/** Namespaces of many components. */
const SHARED_NAMESPACES = new Set(['kube-system', 'default']);
/** Whether it is ill for all of the place that its labels name: what takes a rack away leaves the rest of its data centre alone. */
function isWide({ name, about }: Kind, { isInRack }: Places): boolean {
  return about === 'zone' || ((name === 'facility' || name === 'network') && !isInRack);
}

function isIn(areas: ReadonlyMap<string, string>, value: string): boolean {
  for (const [label, one] of areas) if (label !== 'rack' && one === value) return true;
  return false;
}

/** What is ill by the kind of alert: all of a node, or one pod on it. `said`: its name and text. */
export function offersOf(
  kind: Kind,
  places: Places,
  areas: ReadonlyMap<string, string>,
  said: string,
): CollectedKeys {
  const { name, about } = kind;
  const found = new CollectedKeys()
    .of('pod', places.pod)
    .of('pvc', places.pvc)
    .of('ingress', places.ingress)
    .of('host', places.host)
    .of('trace', places.trace)
    .of('app', places.callers)
    .of('name', places.names)
    .of('name', othersOf(kind, places, areas, said));
  if (isOfProviders(kind)) found.of('name', places.dependencies);
  // Others call what is wrong with a host by its name.
  if (places.pod.length === 0) found.of('name', places.node);
  switch (about) {
    case 'zone':
      return found.of('zone', places.zone).of('name', regionsIn(areas)).add(CLUSTER);
    case 'name':
      found.of('app', places.app);
      if (name === 'facility' || name === 'third-party') found.of('zone', places.zone);
      if (name === 'facility') found.of('name', regionsIn(areas));
      if (!isStore(kind)) return found;
      return found
        .of('app', usersOf([...places.app, ...places.things]))
        .of('pod', places.things.filter(isNumbered));
    case 'node':
      found.of('node', places.node);
      // The daemons of all nodes are one less.
      return name === 'node-down' ? found.add(CLUSTER) : found;
    case 'cluster':
      return found
        .all(wideOf(kind, places))
        .of('node', name === 'etcd' ? places.node : [])
        .of('app', places.app)
        .of(
          'namespace',
          places.namespace.filter((one) => !SHARED_NAMESPACES.has(one)),
        );
    case 'namespace':
      return found.of('namespace', places.namespace).of('app', places.app);
    case 'pvc':
      found.of('app', places.app).of('pod', places.pvc.flatMap(podsOfClaim));
      return places.pvc.length + places.app.length === 0 ? found.of('node', places.node) : found;
    default:
      return found.of('app', places.app).of('registry', places.registry);
  }
}

/** Of what its labels name in ways that nobody knows, what is ill with it. */
function othersOf(
  kind: Kind,
  places: Places,
  areas: ReadonlyMap<string, string>,
  said: string,
): readonly string[] {
  // Of somebody else our own labels say little.
  if (kind.name === 'third-party') {
    const lower = said.toLowerCase();
    return places.others.filter((one) => lower.includes(one));
  }
  return isWide(kind, places) ? places.others : places.others.filter((one) => !isIn(areas, one));
}

function regionsIn(areas: ReadonlyMap<string, string>): readonly string[] {
  return [areas.get('region') ?? areas.get('aws_region') ?? []].flat();
}

/** Members of a StatefulSet are: `db-0`. */
function isNumbered(name: string): boolean {
  return /-\d+$/.test(name);
}

/** What a pattern of the operator's names as a cause may be one of anything that it names. */
export function widest({ node, zone, namespace }: Places): readonly Key[] {
  return ['cluster:', ...keys('node', node), ...keys('zone', zone), ...keys('namespace', namespace)];
}

/** Of what may be wide, as wide as it says. */
export function wideOf({ name }: Kind, { node, zone, isNodeNamed }: Places): readonly Key[] {
  if (name !== 'network') return ['cluster:'];
  if (isNodeNamed) return keys('node', node);
  return zone.length > 0 ? keys('zone', zone) : ['cluster:'];
}

/** Whether it says of a provider, or of the way to one, that it is ill: whose it is its labels say. */
export function isOfProviders({ name }: Kind): boolean {
  return name === 'third-party' || name === 'network' || name === 'facility';
}

/** A StatefulSet calls the claim of its pod `db-0` by a template and the pod: `data-db-0`. */
function podsOfClaim(claim: string): readonly string[] {
  if (!/-\d+$/.test(claim)) return [];
  const parts = claim.split('-');
  return parts.slice(1, -1).map((_, index) => parts.slice(index + 1).join('-'));
}

/** `cart-db` is what `cart`, and all of `cart-worker` and its like, store in. */
function usersOf(stores: readonly string[]): readonly string[] {
  const users = new Set<string>();
  for (const store of stores) {
    const user = store
      .replace(/[-_]\d+$/, '')
      .replace(STORES, '')
      .replace(/[-_](?:production|prod|main)$/, '');
    if (user === store || user.length < 3) continue;
    users.add(user);
    users.add(familyOf(user));
  }
  return [...users];
}

const STORES =
  /[-_](?:db|database|postgres|postgresql|pg|mysql|mongo|mongodb|redis|cache|queue|kafka|store)(?:[-_](?:primary|main|master))?$/;

/** `cart-worker`, `cart-api` and their like are of one family. */
export function familiesOf(apps: readonly string[]): readonly string[] {
  return apps.flatMap((app) => {
    const first = PARTS.exec(app)?.[1];
    return first === undefined ? [] : familyOf(first);
  });
}

const PARTS =
  /^(.{3,})-(?:api|web|worker|workers|consumer|scheduler|cron|jobs|service|svc|server|processor|frontend|backend|gateway|sync)$/;

function familyOf(app: string): string {
  return `${app}-*`;
}

import type { Kind } from './kinds.js';
import { keys, type Key } from './keys.js';
import type { Places } from './places.js';

const CLUSTER: readonly Key[] = ['cluster:'];
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

/** What is ill by the kind of alert: all of a node, or one pod on it. `said`: its name and text, in lower case. */
export function offersOf(
  kind: Kind,
  places: Places,
  areas: ReadonlyMap<string, string>,
  said: string,
): readonly Key[] {
  const others = places.others.filter(
    kind.name === 'third-party'
      ? // Of somebody else our own labels say little.
        (one) => said.includes(one)
      : (one) => isWide(kind, places) || !isIn(areas, one),
  );
  const regions = [areas.get('region') ?? areas.get('aws_region') ?? []].flat();
  const own: Key[] = [
    ...keys('pod', places.pod),
    ...keys('pvc', places.pvc),
    ...keys('ingress', places.ingress),
    ...keys('host', places.host),
    ...keys('trace', places.trace),
    ...keys('app', places.callers),
    ...keys('name', places.names),
    ...keys('name', others),
    ...(isOfProviders(kind) ? keys('name', places.dependencies) : []),
    // Others call what is wrong with a host by its name.
    ...(places.pod.length === 0 ? keys('name', places.node) : []),
  ];
  switch (kind.about) {
    case 'zone':
      return [...own, ...keys('zone', places.zone), ...keys('name', regions), ...CLUSTER];
    case 'name':
      return [
        ...own,
        ...keys('app', places.app),
        ...(kind.name === 'facility' || kind.name === 'third-party' ? keys('zone', places.zone) : []),
        ...(kind.name === 'facility' ? keys('name', regions) : []),
        ...(isStore(kind) ? keys('app', usersOf([...places.app, ...places.things])) : []),
        ...(isStore(kind)
          ? keys(
              'pod',
              places.things.filter((one) => /-\d+$/.test(one)),
            )
          : []),
      ];
    case 'node':
      return [
        ...own,
        ...keys('node', places.node),
        // The daemons of all nodes are one less.
        ...(kind.name === 'node-down' ? CLUSTER : []),
      ];
    case 'cluster':
      return [
        ...own,
        ...wideOf(kind, places),
        ...keys('app', places.app),
        ...keys(
          'namespace',
          places.namespace.filter((one) => !SHARED_NAMESPACES.has(one)),
        ),
      ];
    case 'namespace':
      return [...own, ...keys('namespace', places.namespace), ...keys('app', places.app)];
    case 'pvc':
      return [
        ...own,
        ...keys('app', places.app),
        ...keys('pod', places.pvc.flatMap(podsOfClaim)),
        ...(places.pvc.length + places.app.length === 0 ? keys('node', places.node) : []),
      ];
    default:
      return [...own, ...keys('app', places.app), ...keys('registry', places.registry)];
  }
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

/** Whether it is about a data store, a queue or the like. */
export function isStore({ name }: Kind): boolean {
  return name.startsWith('datastore') || name === 'replication';
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

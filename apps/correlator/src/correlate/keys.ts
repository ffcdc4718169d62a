import type { Via } from '@gomon/contracts';

/** What alerts can share: a way and a name, e.g. `node:worker-3`. */
export type Key = `${Via}:${string}`;

const NO_KEYS: readonly Key[] = [];
/** So many keys of a way are remembered: an alert has each in several lists, and shares many with those around it. */
const REMEMBERED = 10_000;
const known = new Map<Via, Map<string, Key>>();

export function keys(via: Via, names: readonly string[]): readonly Key[] {
  if (names.length === 0) return NO_KEYS;
  let byName = known.get(via);
  if (byName === undefined) known.set(via, (byName = new Map<string, Key>()));
  return names.map((name) => keyOf(via, name, byName));
}

function keyOf(via: Via, name: string, byName: Map<string, Key>): Key {
  const found = byName.get(name);
  if (found !== undefined) return found;
  const key: Key = `${via}:${name}`;
  if (byName.size >= REMEMBERED) byName.clear();
  byName.set(name, key);
  return key;
}

const SAID = 'said ';

/** The name of what two alerts share of which one of them must speak. */
export function said(name: string): string {
  return `${SAID}${name}`;
}

/** What a key names, as people call it. */
export function nameIn(key: Key): string {
  const name = key.slice(key.indexOf(':') + 1);
  return name.startsWith(SAID) ? name.slice(SAID.length) : name;
}

/** Of what an alert needs, the kinds that it names as its reason. */
export function reasonsIn(needs: readonly Key[]): readonly Key[] {
  return needs.filter((key) => key.startsWith('error:'));
}

/** Of `www.shop.example` the certificate, and the way in, may be that of `*.shop.example`. */
export function domainOf(host: string): readonly string[] {
  const at = host.indexOf('.');
  const rest = host.slice(at + 1);
  return at > 0 && rest.includes('.') && !/^\d/.test(host) && !host.startsWith('*') ? [`*.${rest}`] : [];
}

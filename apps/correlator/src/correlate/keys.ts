import type { Via } from '@gomon/contracts';

/** What alerts can share: a way and a name, e.g. `node:worker-3`. */
export type Key = `${Via}:${string}`;

const NO_KEYS: readonly Key[] = [];
/** So many keys are remembered, so that what is often named is kept once. */
const REMEMBERED = 20_000;
const known = new Map<string, Key>();

export function keys(via: Via, names: readonly string[]): readonly Key[] {
  return names.length === 0 ? NO_KEYS : names.map((name) => keyOf(via, name));
}

function keyOf(via: Via, name: string): Key {
  const key: Key = `${via}:${name}`;
  const same = known.get(key);
  if (same !== undefined) return same;
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, key);
  return key;
}

/** Of `www.shop.example` the certificate, and the way in, may be that of `*.shop.example`. */
export function domainOf(host: string): readonly string[] {
  const at = host.indexOf('.');
  const rest = host.slice(at + 1);
  return at > 0 && rest.includes('.') && !/^\d/.test(host) && !host.startsWith('*') ? [`*.${rest}`] : [];
}

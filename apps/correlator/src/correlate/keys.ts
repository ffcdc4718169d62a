import type { Via } from '@gomon/contracts';

/** What alerts can share: a way and a name, e.g. `node:worker-3`. */
export type Key = `${Via}:${string}`;

const NO_KEYS: readonly Key[] = [];

export function keys(via: Via, names: readonly string[]): readonly Key[] {
  return names.length === 0 ? NO_KEYS : names.map((name): Key => `${via}:${name}`);
}

/** Of `www.shop.example` the certificate, and the way in, may be that of `*.shop.example`. */
export function domainOf(host: string): readonly string[] {
  const at = host.indexOf('.');
  const rest = host.slice(at + 1);
  return at > 0 && rest.includes('.') && !/^\d/.test(host) && !host.startsWith('*') ? [`*.${rest}`] : [];
}

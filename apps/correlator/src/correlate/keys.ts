import type { Via } from '@gomon/contracts';
import { Collected } from './collected.js';

/** What alerts can share: a way and a name, e.g. `node:worker-3`. */
export type Key = `${Via}:${string}`;

const NO_KEYS: readonly Key[] = [];

export function keys(via: Via, names: readonly string[]): readonly Key[] {
  return names.length === 0 ? NO_KEYS : names.map((name): Key => `${via}:${name}`);
}

/** Keys put together one after another, each once. */
export class CollectedKeys extends Collected<Key> {
  of(via: Via, names: readonly string[]): this {
    for (const name of names) this.add(`${via}:${name}`);
    return this;
  }
}

/** What keys begin with that are names. */
export const NAME = 'name:';

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

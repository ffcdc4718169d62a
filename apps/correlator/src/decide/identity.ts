import { hash } from 'node:crypto';
import { cutText, labelOf, UNEVALUATED, type Labels, type Source } from '@gomon/contracts';
import type { Identity } from './compile-rules.js';
import type { Rules } from './rules.js';

/**
 * The identity of a condition by the rules in force, and after it those by earlier rules: an open episode goes on under the
 * identity that it began with.
 */
export function fingerprintsOf(
  scope: string,
  source: Source,
  labels: Labels,
  { identity, earlierIdentities }: Pick<Rules, 'identity' | 'earlierIdentities'>,
): readonly [string, ...string[]] {
  const known = made.get(labels);
  const isBySameRules = known?.identity === identity && known.earlierIdentities === earlierIdentities;
  if (isBySameRules && known.scope === scope && known.source === source) return known.fingerprints;
  const earlier = earlierIdentities.map((one) => fingerprintBy(one, scope, source, labels));
  const fingerprints = [fingerprintBy(identity, scope, source, labels), ...earlier] as const;
  made.set(labels, { identity, earlierIdentities, scope, source, fingerprints });
  return fingerprints;
}

/** An observation is asked for its fingerprints when what it is about is loaded, and when it is decided. */
const made = new WeakMap<
  Labels,
  {
    readonly identity: Identity;
    readonly earlierIdentities: Rules['earlierIdentities'];
    readonly scope: string;
    readonly source: Source;
    readonly fingerprints: readonly [string, ...string[]];
  }
>();

/**
 * The identity of a condition: scope, source and identifying labels. An empty label equals a missing one; labels named
 * `__x__` are the sender's own business; volatile labels are left out, or by rule all that are not named as identifying.
 * 32 hex digits.
 */
function fingerprintBy(identity: Identity, scope: string, source: Source, labels: Labels): string {
  const identifying = identifyingLabels(identity, source, labels);
  return sha256(JSON.stringify([scope, source.kind, source.instance, identifying])).slice(0, 32);
}

/** In the order of their names. */
export function identifyingLabels(
  identity: Identity,
  source: Source,
  labels: Labels,
): readonly (readonly [string, string])[] {
  const { volatile } = identity;
  const named = source.kind === OUR_SOURCE ? OUR_IDENTITY : identityRuleOf(labels, source, identity)?.labels;
  const identifies = (name: string) => named?.has(name) ?? (!isPrivate(name) && !volatile.has(name));
  return Object.keys(labels)
    .filter((name) => labels[name] !== '' && identifies(name))
    .sort()
    .map((name) => [name, labelOf(labels, name)] as const);
}

/** The rule that names what identifies an alert; undefined: whatever is not volatile does. */
export function identityRuleOf(
  labels: Labels,
  source: Source,
  { rules }: Identity,
): Identity['rules'][number] | undefined {
  return source.kind === OUR_SOURCE ? undefined : rules.find((rule) => rule.isFor(labels, source));
}

/** The kind of source of alerts that GoMon raises itself, and what identifies them: their severity may change. */
export const OUR_SOURCE = 'gomon';
const OUR_IDENTITY: ReadonlySet<string> = new Set(['alertname', 'heartbeat', 'source']);

function isPrivate(name: string): boolean {
  return name.startsWith('__') && name.endsWith('__');
}

/**
 * An id made from what it identifies, so that deciding the same input again names the same things. In the shape of a UUID
 * version 7 (RFC 9562 §5.7): ids sort by `time`, and a page of the newest is a walk along the primary key.
 */
export function idFrom(time: string, ...parts: readonly (string | number)[]): string {
  const ms = Math.max(0, Date.parse(time)).toString(16).padStart(12, '0');
  const digits = sha256(JSON.stringify(parts));
  const variant = VARIANTS[parseInt(digits.charAt(4), 16) % VARIANTS.length];
  const groups = [ms.slice(0, 8), ms.slice(8), `7${digits.slice(1, 4)}`, `${variant}${digits.slice(5, 8)}`];
  // Joined it is one string, and not a tree of nine that is kept for as long as the id.
  return [...groups, digits.slice(8, 20)].join('-');
}

/** Such an id that sorts by `index` among those of one time, up to 4,096 of them (RFC 9562 §6.2, method 1). */
export function idInOrder(time: string, index: number, ...parts: readonly (string | number)[]): string {
  const id = idFrom(time, ...parts, index);
  return `${id.slice(0, 15)}${(index % 0x1000).toString(16).padStart(3, '0')}${id.slice(18)}`;
}

/** What the first digit of the fourth group may be. */
const VARIANTS = ['8', '9', 'a', 'b'] as const;

/** In hex digits. */
function sha256(text: string): string {
  return hash('sha256', text);
}

const TITLE_LENGTH = 200;

/** What people call an alert. */
export function titleOf(labels: Labels, annotations: Labels): string {
  const name = labelOf(labels, 'alertname');
  const rule = labelOf(labels, 'rulename');
  const unevaluated = UNEVALUATED.get(name);
  const title =
    unevaluated !== undefined && rule !== ''
      ? `${unevaluated}: ${rule}`
      : [name, rule, labelOf(annotations, 'summary'), labelOf(annotations, 'title')].find(
          (text) => text.trim() !== '',
        );
  const line = (title ?? 'Alert without a name').replace(/\s+/g, ' ').trim();
  return cutText(line, TITLE_LENGTH);
}

import { hash } from 'node:crypto';
import { labelOf, type Labels, type Mute } from '@gomon/contracts';
import type { Inhibition } from './compile-rules.js';
import type { Rules } from './rules.js';
import type { Alert, Around, Inhibitor } from './state.js';

type Scoped = Pick<Alert, 'scope'> & { readonly said: { readonly labels: Labels } };

/**
 * An alert that matches both sides of a rule mutes none that does too: so it stands under a key of its own, which such a one
 * does not look at.
 */
const BOTH_SIDES = '+';

/** What an alert mutes while it fires. */
export function inhibitsOf(alert: Scoped, { inhibitions }: Pick<Rules, 'inhibitions'>): readonly string[] {
  const { labels } = alert.said;
  return inhibitions
    .filter(({ isSource }) => isSource(labels))
    .map((rule) => `${keyOf(rule, alert)}${rule.isTarget(labels) ? BOTH_SIDES : ''}`);
}

/** Under which keys what mutes an alert would stand. */
export function inhibitorKeysOf(
  alert: Scoped,
  { inhibitions }: Pick<Rules, 'inhibitions'>,
): readonly string[] {
  return inhibitions.flatMap((rule) => keysFor(rule, alert));
}

function keysFor(rule: Inhibition, alert: Scoped): readonly string[] {
  const { labels } = alert.said;
  if (!rule.isTarget(labels)) return [];
  const key = keyOf(rule, alert);
  return rule.isSource(labels) ? [key] : [key, `${key}${BOTH_SIDES}`];
}

/** What mutes an alert now: one firing alert for each rule. `keys`: what can end that. */
export function inhibitionsOf(
  alert: Scoped,
  { inhibitions }: Pick<Rules, 'inhibitions'>,
  { inhibitors }: Pick<Around, 'inhibitors'>,
): { readonly by: readonly Mute[]; readonly keys: readonly string[] } {
  const by: Mute[] = [];
  const keys: string[] = [];
  for (const rule of inhibitions) {
    const possible = keysFor(rule, alert);
    const source = possible.map((key) => firstOf(inhibitors.get(key))).find((one) => one !== undefined);
    if (source === undefined) continue;
    keys.push(...possible.map((key) => `inhibition:${key}`));
    by.push({ kind: 'inhibition', rule: rule.name, by: source.id, why: whyMuted(rule, alert, source) });
  }
  return { by, keys };
}

function firstOf(inhibitors: ReadonlyMap<string, Inhibitor> | undefined): Inhibitor | undefined {
  return inhibitors?.values().next().value;
}

function whyMuted({ name, equal }: Inhibition, { said }: Scoped, source: Inhibitor): string {
  const same = equal.map((label) => {
    const value = labelOf(said.labels, label);
    return value === '' ? `both lack ${label}` : `both have ${label}="${value}"`;
  });
  const because = same.length === 0 ? '' : `: ${same.join(', ')}`;
  return `muted while ${source.title} fires (rule ${name}${because})`;
}

function keyOf({ id, equal }: Inhibition, { scope, said }: Scoped): string {
  const values = equal.map((label) => labelOf(said.labels, label));
  return hash('sha256', JSON.stringify([scope, id, values])).slice(0, 32);
}

import type { Labels } from '@gomon/contracts';
import { firstOf } from './first-label.js';
import { keys, type Key } from './keys.js';
import type { Kind } from './kinds.js';

/** What ties alerts of one rule about one thing together that are told at different severities. */
export interface RuleKeys {
  readonly offered: readonly Key[];
  readonly needed: readonly Key[];
}

const NOTHING: RuleKeys = { offered: [], needed: [] };

/** `subject`: what the alert is about, where it says so. */
export function ruleKeys(
  kind: Kind,
  name: string,
  subject: string | undefined,
  namespace: string,
  labels: Labels,
): RuleKeys {
  if (subject === undefined || !SLOW.has(kind.name)) return NOTHING;
  const level = levelOf(labels);
  const at = (one: string) => `${name} ${subject} ${namespace} ${one}`;
  return {
    offered: keys('rule', [at(level)]),
    needed: keys('rule', LEVELS.filter((one) => one !== level).map(at)),
  };
}

/** What gets worse slowly is told as a warning first, and hours later as critical, by rules of one name. */
const SLOW = new Set([
  'disk-full',
  'node-disk',
  'node-pressure',
  'expires-soon',
  'certificate',
  'quota',
  'lag',
  'backup',
  'clock-skew',
  'capacity',
  'replication',
  'hardware',
]);
const LEVEL = ['severity', 'priority', 'level'];
const LEVELS = ['urgent', 'warning', 'other'] as const;

/** How bad its sender says that it is. */
export function levelOf(labels: Labels): (typeof LEVELS)[number] {
  const said = firstOf(labels, LEVEL);
  if (/^(?:critical|crit|page|emergency|fatal|disaster|high|p0|p1|sev-?[01])$/.test(said)) return 'urgent';
  return /^(?:warning|warn|medium|moderate|p2|sev-?2)$/.test(said) ? 'warning' : 'other';
}

/** Its sender says that it is for information. */
export function isInformation(labels: Labels): boolean {
  return /^(?:info|information|informational|notice|p4)$/.test(firstOf(labels, LEVEL));
}

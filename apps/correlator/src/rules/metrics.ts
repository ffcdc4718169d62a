import { Counter, Gauge } from 'prom-client';
import type { RuleRef } from '../decide/rules-that-match.js';

const inForce = new Gauge({
  name: 'gomon_rules_in_force',
  help: 'The version of the rules by which this process last decided, and its hash; version 0 is the default',
  labelNames: ['version', 'hash'],
});

const file = new Gauge({
  name: 'gomon_rules_file',
  help: '1: the rules file of this hash is well; 0: it was refused, or cannot be read, and the rules in force stay',
  labelNames: ['hash'],
});

const matched = new Counter({
  name: 'gomon_rule_matches_total',
  help: 'Alerts and storms that began by a rule, problems that an inhibition began to mute, and heartbeats that were heard',
  labelNames: ['section', 'rule'] as const,
});

/** With 0 a rule is shown that has matched nothing yet. */
export function ruleMatched({ section, rule }: RuleRef, times: number): void {
  matched.inc({ section, rule }, times);
}

/** Replicas that decide by different versions, or a file that is not what is in force, show by the hash. */
export function rulesInForce(version: number, hash: string): void {
  inForce.reset();
  inForce.set({ version: String(version), hash }, 1);
}

export function rulesFileSeen(hash: string, isWell: boolean): void {
  file.reset();
  file.set({ hash }, isWell ? 1 : 0);
}

import type { Decided } from '../decide/decide-all.js';
import type { Rules } from '../decide/rules.js';
import { keyOf, rulesThatMatch, type RuleRef } from '../decide/rules-that-match.js';
import type { Problem } from '../decide/state.js';
import { ruleMatched } from './metrics.js';

/** How often a rule has matched, and when last. */
export interface RuleMatch extends RuleRef {
  readonly matches: number;
  readonly lastAt: string;
}

/** What this process has counted and PostgreSQL does not know yet. */
export class RuleMatches {
  private readonly waiting = new Map<string, RuleMatch>();

  /** Called after the commit: what is decided once more because a transaction failed is counted once. */
  count(decided: Decided, rules: Rules, at: string): void {
    const times = new Map<string, { readonly one: RuleRef; matches: number }>();
    for (const one of matchesIn(decided, rules)) {
      const known = times.get(keyOf(one));
      if (known === undefined) times.set(keyOf(one), { one, matches: 1 });
      else known.matches += 1;
    }
    for (const { one, matches } of times.values()) {
      ruleMatched(one, matches);
      this.add({ ...one, matches, lastAt: at });
    }
  }

  /** All that waits, which then waits no more. */
  take(): readonly RuleMatch[] {
    const taken = [...this.waiting.values()];
    this.waiting.clear();
    return taken;
  }

  /** What was taken and could not be written. */
  putBack(matches: readonly RuleMatch[]): void {
    for (const one of matches) this.add(one);
  }

  private add(one: RuleMatch): void {
    const known = this.waiting.get(keyOf(one));
    const matches = one.matches + (known?.matches ?? 0);
    const lastAt = known !== undefined && known.lastAt > one.lastAt ? known.lastAt : one.lastAt;
    this.waiting.set(keyOf(one), { ...one, matches, lastAt });
  }
}

/** The rules by which alerts and storms begin, inhibitions that begin to mute a problem, and heartbeats that are heard. */
export function* matchesIn(
  { alerts, problems, beats, before }: Pick<Decided, 'alerts' | 'problems' | 'beats' | 'before'>,
  rules: Rules,
): Generator<RuleRef> {
  for (const { id, said, source, severity } of alerts)
    if (!before.alerts.has(id)) yield* rulesThatMatch(said.labels, source, severity, rules);
  for (const problem of problems) {
    const muted = inhibitionsOf(before.problems.get(problem.id));
    for (const rule of inhibitionsOf(problem)) if (!muted.includes(rule)) yield { section: 'inhibit', rule };
    if (problem.storm !== undefined && before.problems.get(problem.id)?.storm === undefined)
      yield { section: 'storms', rule: problem.storm.rule };
  }
  for (const { id, name, lastSeenAt } of beats)
    if (before.beats.get(id)?.lastSeenAt !== lastSeenAt) yield { section: 'heartbeats', rule: name };
}

function inhibitionsOf(problem: Problem | undefined): readonly string[] {
  return problem?.muted?.by.flatMap((one) => (one.kind === 'inhibition' ? [one.rule] : [])) ?? [];
}

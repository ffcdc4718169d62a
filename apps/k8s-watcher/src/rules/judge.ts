import { ClusterIndex, type ClusterView } from '../cluster/cluster.js';
import { lines } from './context.js';
import { RULES, type Extent, type Rule } from './rules.js';
import type { RuleSettings } from './rule-settings.js';
import { scaled } from './severity-scale.js';
import { identityOf, type Finding, type Verdict } from './verdict.js';

/** A verdict, with the part of the cluster it was read from. */
export interface Judged {
  readonly extent: Extent;
  readonly verdict: Verdict;
}

/**
 * What every rule holds of a cluster at a moment: one verdict for each rule and identity, in the order of rules and
 * identities. Of several pods of an owner the worst for the longest time is quoted, the others are counted. Pure.
 *
 * @param now milliseconds since the epoch
 */
export function judge(view: ClusterView, settings: RuleSettings, now: number): readonly Judged[] {
  const index = new ClusterIndex(view);
  return RULES.flatMap((rule) => {
    const { id, extent, holdMs, endMs } = rule;
    const findings = rule.judge({
      view,
      index,
      now,
      holdMs: settings.holdMs[id] ?? holdMs,
      endMs: settings.endMs[id] ?? endMs,
    });
    return [...Map.groupBy(findings, ({ subject }) => identityOf(id, subject))]
      .sort(([a], [b]) => compare(a, b))
      .map(([, found]) => ({ extent, verdict: folded(rule, found, index, settings) }));
  });
}

/** Firing wins over undecided. */
function folded(rule: Rule, found: readonly Finding[], index: ClusterIndex, settings: RuleSettings): Verdict {
  const severityOf = ({ severity }: Finding) => severity ?? rule.severity;
  const [worst, ...rest] = found.toSorted(
    (a, b) =>
      compare(a.state, b.state) ||
      compare(severityOf(a), severityOf(b)) ||
      compare(a.since, b.since) ||
      compare(a.labels['pod'] ?? '', b.labels['pod'] ?? ''),
  );
  if (worst === undefined) throw new Error('nothing to fold');
  const firing = found.filter(({ state }) => state === 'firing');
  const others = rest.filter(({ state }) => state === 'firing').length;
  const { many, worseForAll } = rule;
  const severity = many !== undefined && firing.length >= many.count ? many.severity : severityOf(worst);
  const affected = worseForAll === true ? firing.length : undefined;
  const { isCritical: _, changesAt: __, ...said } = worst;
  const changes = found.flatMap(({ changesAt }) => changesAt ?? []).sort(compare);
  return {
    ...said,
    rule: rule.id,
    severity: scaled(severity, worst, affected, index, settings),
    since: firing.map(({ since }) => since).sort(compare)[0] ?? worst.since,
    description: lines(
      worst.description,
      others === 0 ? undefined : `And ${others} more ${others === 1 ? 'pod' : 'pods'}.`,
    ),
    ...(changes[0] === undefined ? {} : { changesAt: changes[0] }),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

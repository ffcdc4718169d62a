import { isUrgent, type Actor, type Severity } from '@gomon/contracts';
import { Grouping, type Problems } from '../correlate/groups.js';
import { GraphView } from '../correlate/graph-view.js';
import type { Standing } from '../correlate/graph.js';
import { belongsBecause, likelyCauseOf } from '../correlate/likely-cause.js';
import { traitsOf } from '../correlate/traits.js';
import { asking, heldUntil } from './attention.js';
import { noted, type ProblemChange, type Tell } from './changes.js';
import { incidentFor } from './decide-incident.js';
import { idFrom } from './identity.js';
import { mayBeMuted, mutesOf, type Mutes } from './mutes.js';
import type { Rules } from './rules.js';
import type { Alert, Problem, State } from './state.js';
import { earlier } from './time.js';

/** Alerts that belong to another problem than before. */
export interface Moved {
  readonly alertId: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** What putting alerts together changes. */
export interface Together {
  readonly problems: readonly ProblemChange[];
  readonly moved: readonly Moved[];
  /** Problems that were opened in the transaction, and have no alerts any more: nobody ever hears of them. */
  readonly vanished: ReadonlySet<string>;
  /** Problems that are touched and not loaded: without them nothing can be decided. */
  readonly missing: ReadonlySet<string>;
  readonly view: GraphView;
}

/** What a transaction did so far, in one scope. */
export interface Happened {
  readonly scope: string;
  /** As they are now, in the order in which they changed. */
  readonly changed: readonly Alert[];
  /** What the transaction has opened; it has not been written yet. */
  readonly isNew: (problemId: string) => boolean;
}

/** What is over is told as it is, and nothing else. */
const OVER = 'over';
export const BY_CORRELATION: Actor = { kind: 'system', id: 'correlation' };

/**
 * Puts the alerts of a transaction together with all that are open: what follows from the same cause becomes one problem. The
 * oldest that was told goes on. Undefined: the scope is not put together.
 */
export function putTogether(
  state: State,
  { scope, changed, isNew }: Happened,
  rules: Rules,
  now: string,
): Together | undefined {
  const graph = state.around.graphs.get(scope);
  if (graph === undefined || !rules.pack.enabled) return undefined;
  const view = new GraphView(graph);
  const merging = new Merging(state, view, isNew, rules, now);
  for (const alert of changed) merging.follow(alert);
  merging.leaveOut(changed.map(({ problemId }) => problemId));
  for (const alert of changed) merging.take(alert);
  return merging.result(changed);
}

class Merging {
  private readonly touched = new Set<string>();
  private readonly primaries = new Map<string, string>();
  private readonly missing = new Set<string>();
  /** By alert: the problem that it was opened with. */
  private readonly opened = new Map<string, string>();
  /** Problems that were split off, by the problem that they were a part of. */
  private readonly donors = new Map<string, string>();
  private readonly problems: Problems;
  private readonly grouping: Grouping;

  constructor(
    private readonly state: State,
    private readonly view: GraphView,
    private readonly isNew: (problemId: string) => boolean,
    private readonly rules: Rules,
    private readonly now: string,
  ) {
    this.problems = {
      isOlder: (a, b) => this.isOlder(a, b),
      primaryOf: (id) => this.primaries.get(id) ?? this.problem(id)?.primaryId,
      newId: (alertId) => this.splitOff(alertId),
    };
    this.grouping = new Grouping(view, rules.pack, this.problems);
  }

  /** What has become of an alert that is known. */
  follow(alert: Alert): void {
    const known = this.view.get(alert.id);
    if (known === undefined) return;
    const { resolved, severity } = alert;
    const ended = resolved === undefined ? undefined : Date.parse(resolved.at);
    if (known.severity === severity && known.endedAt === ended) return;
    const { endedAt: _, ...open } = known;
    this.view.put({ ...open, severity, ...(ended === undefined ? {} : { endedAt: ended }) });
  }

  /** Problems that are over take nothing in. */
  leaveOut(problemIds: readonly string[]): void {
    for (const id of new Set(problemIds)) {
      const problem = this.state.problems.get(id);
      if (problem?.resolved === undefined && problem?.archived === undefined) continue;
      for (const standing of [...this.view.membersOf(id)]) this.view.put({ ...standing, aside: OVER });
    }
  }

  /** One that has begun. */
  take(alert: Alert): void {
    if (alert.resolved !== undefined || this.view.get(alert.id) !== undefined) return;
    const { rules, state } = this;
    const traits = traitsOf(alert, rules.pack, state.around.topology);
    const { problemId, severity } = alert;
    this.opened.set(alert.id, problemId);
    const aside = this.asideOf(alert);
    const standing: Standing = {
      traits,
      problemId,
      severity,
      ...(aside === undefined ? {} : { aside }),
    };
    this.grouping.take(standing);
  }

  /** What nobody is told of is no part of what they are told; what is kept back by the same belongs together. */
  private asideOf(alert: Alert): string | undefined {
    const { rules, now } = this;
    const { around } = this.state;
    const problem = this.state.problems.get(alert.problemId);
    if (problem === undefined || !mayBeMuted(problem, alert, around, rules)) return undefined;
    return asideBy(mutesOf(alert, around, rules, now));
  }

  private isOlder(a: string, b: string): boolean {
    const [one, other] = [this.problem(a), this.problem(b)];
    if (one === undefined || other === undefined) return one !== undefined;
    const [isTold, isOtherTold] = [one.announced !== undefined, other.announced !== undefined];
    if (isTold !== isOtherTold) return isTold;
    return one.openedAt === other.openedAt ? one.id < other.id : one.openedAt < other.openedAt;
  }

  private problem(id: string): Problem | undefined {
    const known = this.state.problems.get(id);
    if (known === undefined && !this.donors.has(id)) this.missing.add(id);
    return known;
  }

  /** What it was a part of before the transaction, where nothing is left of that; else a new one. */
  private splitOff(alertId: string): string {
    const first = this.view.before(alertId)?.problemId ?? this.opened.get(alertId);
    if (first !== undefined && this.view.membersOf(first).next().done === true) return first;
    const id = idFrom(this.now, 'problem', 'split off', alertId, this.now);
    const donor = this.view.get(alertId)?.problemId;
    if (donor !== undefined) this.donors.set(id, donor);
    return id;
  }

  result(changed: readonly Alert[]): Together {
    const { missing, view } = this;
    const { touched, primaries } = this.grouping.placement();
    for (const id of touched) this.touched.add(id);
    for (const [id, primary] of primaries) this.primaries.set(id, primary);
    for (const id of this.touched) this.problem(id);
    if (missing.size > 0) return { problems: [], moved: [], vanished: new Set(), missing, view };
    const moved = this.moved(changed);
    const gains = Map.groupBy(moved, ({ to }) => to);
    const losses = Map.groupBy(moved, ({ from }) => from);
    const vanished = new Set<string>();
    const problems: ProblemChange[] = [];
    for (const id of this.touched) {
      const [gained, lost] = [gains.get(id) ?? [], losses.get(id) ?? []];
      if (gained.length + lost.length === 0 && !this.primaries.has(id)) continue;
      const isEmpty = this.view.membersOf(id).next().done === true;
      if (isEmpty && this.isNew(id)) vanished.add(id);
      else if (isEmpty) problems.push(...this.merged(id, lost));
      else problems.push(...this.changed(id, gained, lost, losses));
    }
    return { problems, moved, vanished, missing, view };
  }

  private moved(changed: readonly Alert[]): readonly Moved[] {
    const at = new Map(changed.map(({ id, problemId }) => [id, problemId]));
    return this.view.changes().flatMap((standing) => {
      const { id } = standing.traits;
      const from = this.view.before(id)?.problemId ?? at.get(id);
      if (from === undefined || from === standing.problemId) return [];
      return { alertId: id, from, to: standing.problemId, why: belongsBecause(standing, this.view) };
    });
  }

  /** A problem whose alerts belong to another one: it is over, and says where they are. */
  private merged(id: string, lost: readonly Moved[]): readonly ProblemChange[] {
    const problem = this.state.problems.get(id);
    const to = lost.find(({ alertId }) => alertId === problem?.primaryId)?.to ?? lost[0]?.to;
    if (problem === undefined || to === undefined) return [];
    const { now } = this;
    const why = `part of ${this.titleOf(to)}: ${lost[0]?.why ?? ''}`;
    const { asking: _, dueAt: __, ...rest } = problem;
    const over: Problem = {
      ...rest,
      counts: { total: 0, firing: 0 },
      mergedInto: { problemId: to, at: now, why },
      resolved: problem.resolved ?? { at: now, by: 'merge', actor: BY_CORRELATION, reason: why },
    };
    return [{ problem: noted(over, now, why, BY_CORRELATION), tell: { announce: false, why } }];
  }

  private titleOf(problemId: string): string {
    const primary = this.problems.primaryOf(problemId);
    const title = primary === undefined ? undefined : this.view.get(primary)?.traits.title;
    return title ?? this.state.problems.get(problemId)?.title ?? problemId;
  }

  /** A problem that has gained or lost alerts. */
  private changed(
    id: string,
    gained: readonly Moved[],
    lost: readonly Moved[],
    losses: ReadonlyMap<string, readonly Moved[]>,
  ): readonly ProblemChange[] {
    const known = this.state.problems.get(id) ?? this.newProblem(id);
    if (known === undefined) return [];
    const counted = { ...known, counts: this.counts(known, gained, lost, losses) };
    const led = this.led(counted);
    const { problem, why: raise } = this.raised(led, gained);
    const why = whyOf(gained, lost, led, known);
    if (why === undefined && led === counted) return [{ problem: counted }];
    const reasons = why ?? led.likelyCause?.why ?? '';
    const isRisen = raise !== undefined && known.announced !== undefined;
    const tell: Tell = isRisen
      ? { announce: true, why: `${raise}: ${reasons}` }
      : { announce: false, why: reasons };
    const isSplitOff = this.donors.has(id);
    return [
      {
        problem: noted(problem, this.now, tell.why, BY_CORRELATION),
        tell: isSplitOff ? { announce: true, why: reasons } : tell,
      },
    ];
  }

  private counts(
    { counts }: Problem,
    gained: readonly Moved[],
    lost: readonly Moved[],
    losses: ReadonlyMap<string, readonly Moved[]>,
  ): Problem['counts'] {
    let { total, firing } = counts;
    for (const [from, of] of Map.groupBy(gained, (one) => one.from)) {
      const source = this.state.problems.get(from);
      const isWhole =
        losses.get(from)?.length === of.length && this.view.membersOf(from).next().done === true;
      // What has ended long ago is not in the graph, and goes along.
      const more = isWhole && source !== undefined ? source.counts : this.countsOf(of);
      total += more.total;
      firing += more.firing;
    }
    const less = this.countsOf(lost);
    return { total: Math.max(1, total - less.total), firing: Math.max(0, firing - less.firing) };
  }

  private countsOf(moved: readonly Moved[]): Problem['counts'] {
    const firing = moved.filter(({ alertId }) => this.view.get(alertId)?.endedAt === undefined).length;
    return { total: moved.length, firing };
  }

  /** Its likely cause as it is known now. */
  private led(problem: Problem): Problem {
    const id = this.primaries.get(problem.id) ?? problem.primaryId;
    const primary = this.view.get(id);
    if (primary === undefined) return problem;
    const { total } = problem.counts;
    const isSaid = problem.likelyCause !== undefined && total > RETOLD && total % RETOLD !== 0;
    if (id === problem.primaryId && isSaid && !this.primaries.has(problem.id)) return problem;
    const likelyCause = likelyCauseOf(primary, this.view);
    const { likelyCause: _, ...rest } = problem;
    return {
      ...rest,
      primaryId: id,
      title: primary.traits.title,
      source: primary.traits.source,
      ...(likelyCause === undefined ? {} : { likelyCause }),
    };
  }

  /** What is part of it makes it as bad as that is. */
  private raised(
    problem: Problem,
    gained: readonly Moved[],
  ): { readonly problem: Problem; readonly why?: string } {
    let worst: { readonly severity: Severity; readonly title: string } | undefined;
    for (const { alertId } of gained) {
      const standing = this.view.get(alertId);
      if (standing === undefined || standing.endedAt !== undefined) continue;
      if (worst === undefined || standing.severity < worst.severity)
        worst = { severity: standing.severity, title: standing.traits.title };
    }
    const startsAt = this.startOf(problem, gained);
    const started = startsAt === problem.startsAt ? problem : { ...problem, startsAt };
    if (worst === undefined || worst.severity >= levelBefore(problem)) return { problem: started };
    const { severity } = worst;
    const { acknowledged: _, escalated: __, ...rest } = started;
    const incident = problem.incident ?? incidentFor(problem.id, severity, this.rules, this.now);
    const { heldUntil: held, ...unheld } = rest;
    const again: Problem = {
      ...(isUrgent(severity) || held === undefined ? unheld : { ...unheld, heldUntil: held }),
      severity,
      ...(incident === undefined ? {} : { incident }),
    };
    return { problem: asking(again, this.rules, this.now), why: `${worst.title} makes it ${severity}` };
  }

  private startOf({ startsAt }: Problem, gained: readonly Moved[]): string {
    return gained.reduce((first, { alertId }) => {
      const onset = this.view.get(alertId)?.traits.onset;
      return onset === undefined ? first : earlier(first, new Date(onset).toISOString());
    }, startsAt);
  }

  /** One for alerts that are no part of another one any more. */
  private newProblem(id: string): Problem | undefined {
    const donor = this.state.problems.get(this.donors.get(id) ?? '');
    const primary = this.view.get(this.primaries.get(id) ?? '');
    if (donor === undefined || primary === undefined) return undefined;
    const { now, rules } = this;
    const { severity, traits } = primary;
    const incident = incidentFor(id, severity, rules, now);
    const held = heldUntil(severity, rules, now);
    return asking(
      {
        id,
        scope: donor.scope,
        version: 0,
        severity,
        title: traits.title,
        source: traits.source,
        primaryId: traits.id,
        counts: { total: 0, firing: 0 },
        startsAt: new Date(traits.onset).toISOString(),
        openedAt: now,
        updatedAt: now,
        ...(incident === undefined ? {} : { incident }),
        ...(held === undefined ? {} : { heldUntil: held }),
        channel: donor.channel,
        timeline: [],
        told: [],
        untold: [],
      },
      rules,
      now,
    );
  }
}

/** By what something is kept from being told, as a word; undefined: by nothing. */
export function asideBy(mutes: Pick<Mutes, 'keys'> | undefined): string | undefined {
  return mutes === undefined ? undefined : mutes.keys.toSorted().join(' ');
}

/** Up to so many alerts, and then each time there are so many more, it is said anew why the cause is taken for it. */
const RETOLD = 50;

/** What a person has made less bad stays so until something is worse than it was then. */
function levelBefore({ severity, escalated }: Problem): Severity {
  return escalated !== undefined && escalated.to > escalated.from ? escalated.from : severity;
}

function whyOf(
  gained: readonly Moved[],
  lost: readonly Moved[],
  led: Problem,
  known: Problem,
): string | undefined {
  const parts = [
    ...(gained.length === 0 ? [] : [`${alertsOf(gained.length)} more: ${gained[0]?.why ?? ''}`]),
    ...(lost.length === 0 ? [] : [`${alertsOf(lost.length)} belong elsewhere: ${lost[0]?.why ?? ''}`]),
    ...(led.primaryId === known.primaryId || led.likelyCause === undefined
      ? []
      : [`likely cause: ${led.likelyCause.why}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

function alertsOf(count: number): string {
  return count === 1 ? '1 alert' : `${count} alerts`;
}

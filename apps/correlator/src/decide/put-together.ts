import type { Actor } from '@gomon/contracts';
import { Grouping, primaryOf, type Problems } from '../correlate/groups.js';
import { GraphView } from '../correlate/graph-view.js';
import type { Standing } from '../correlate/graph.js';
import { followersElsewhere } from '../correlate/causes.js';
import { belongsBecause, likelyCauseOf } from '../correlate/likely-cause.js';
import { traitsOf } from '../correlate/traits-of.js';
import { asideBy, setAside } from './aside.js';
import { asking } from './attention.js';
import { alertsIn, noted, type ProblemChange, type Tell } from './changes.js';
import { idFrom } from './identity.js';
import { callFor, mergedInto, peopleOn, withMerged } from './merged.js';
import { mayBeMuted, mutesOf } from './mutes.js';
import { raisedBy } from './raised-by.js';
import type { Rules } from './rules.js';
import { isSameValue } from './same-value.js';
import { splitOff } from './split-off.js';
import { isOver, type Alert, type Problem, type State } from './state.js';
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
  /** Problems of which it is decided anew what mutes them. */
  readonly judged: readonly Problem[];
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
  { scope, changed, judged, isNew }: Happened,
  rules: Rules,
  now: string,
): Together | undefined {
  const graph = state.around.graphs.get(scope);
  if (graph === undefined || !rules.pack.enabled) return undefined;
  const view = new GraphView(graph);
  const merging = new Merging(state, view, isNew, rules, now);
  for (const alert of changed) merging.follow(alert);
  merging.lead();
  merging.leaveOut(changed.map(({ problemId }) => problemId));
  merging.judge(judged);
  for (const alert of changed) merging.take(alert);
  return merging.result(changed);
}

class Merging {
  private readonly touched = new Set<string>();
  /** Problems whose alerts a person has changed: that is told already. */
  private readonly byPeople = new Set<string>();
  private readonly primaries = new Map<string, string>();
  private readonly missing = new Set<string>();
  /** By alert: the problem that it was opened with. */
  private readonly opened = new Map<string, string>();
  /** Problems that were split off, by the problem that they were a part of before: what is split off of such a one was too. */
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
    const { resolved, severity, problemId, placed } = alert;
    const endedAt = resolved === undefined ? undefined : Date.parse(resolved.at);
    if (
      known.severity === severity &&
      known.endedAt === endedAt &&
      known.problemId === problemId &&
      (known.isPlaced === true) === (placed !== undefined)
    )
      return;
    const { endedAt: _, isPlaced: __, aside: ___, ...open } = known;
    const isMoved = problemId !== known.problemId;
    if (isMoved) for (const id of [problemId, known.problemId]) this.byPeople.add(id);
    const aside = isMoved ? asideBy(this.state.problems.get(problemId)?.muted) : known.aside;
    this.view.put({
      ...open,
      severity,
      problemId,
      ...(aside === undefined ? {} : { aside }),
      ...(placed === undefined ? {} : { isPlaced: true }),
      ...(endedAt === undefined ? {} : { endedAt }),
    });
  }

  /** What people have put together, or apart, has other likely causes. */
  lead(): void {
    for (const id of this.byPeople) {
      const members = [...this.view.membersOf(id)];
      if (members.length === 0) continue;
      this.touched.add(id);
      this.primaries.set(id, primaryOf(members).traits.id);
    }
  }

  /** Problems that are over take nothing in, and nothing elsewhere follows from them any more. */
  leaveOut(problemIds: readonly string[]): void {
    const left: Standing[] = [];
    for (const id of new Set(problemIds)) {
      const problem = this.state.problems.get(id);
      if (problem !== undefined && isOver(problem)) left.push(...setAside(id, OVER, this.view));
    }
    for (const one of left)
      for (const follower of followersElsewhere(one, this.view))
        if (follower.aside !== OVER) this.grouping.takeAgain(follower);
  }

  /** What mutes problems has begun, changed or ended: they belong together with what is kept back by the same as they are now. */
  judge(problems: readonly Problem[]): void {
    const members: Standing[] = [];
    for (const problem of problems) {
      const primary = this.state.alerts.get(problem.primaryId);
      const standing = this.view.get(problem.primaryId);
      if (primary === undefined || standing === undefined || isOver(problem)) continue;
      const aside = this.asideOf(primary);
      if (standing.problemId === problem.id && standing.aside !== aside)
        members.push(...setAside(problem.id, aside, this.view));
    }
    for (const standing of members) this.grouping.takeAgain(standing);
  }

  /** One that has begun. */
  take(alert: Alert): void {
    if (alert.resolved !== undefined || this.view.get(alert.id) !== undefined) return;
    const { rules, state } = this;
    const traits =
      (alert.episode === 1 && alert.observations === 1 ? state.around.read.get(alert.id) : undefined) ??
      traitsOf(alert, rules.pack, state.around.topology);
    const { problemId, severity } = alert;
    this.opened.set(alert.id, problemId);
    const aside = this.asideOf(alert);
    const standing: Standing = {
      traits,
      problemId,
      severity,
      ...(alert.placed === undefined ? {} : { isPlaced: true }),
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
    if (donor !== undefined) this.donors.set(id, this.donors.get(donor) ?? donor);
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
    const absorbed = this.absorbed(losses);
    for (const id of this.touched) {
      const [gained, lost] = [gains.get(id) ?? [], losses.get(id) ?? []];
      if (gained.length + lost.length === 0 && !this.primaries.has(id)) continue;
      const isEmpty = this.view.membersOf(id).next().done === true;
      if (isEmpty && this.isNew(id)) vanished.add(id);
      else if (isEmpty) problems.push(...this.merged(id, lost));
      else problems.push(...this.changed(id, { gained, lost, losses, absorbed: absorbed.get(id) ?? [] }));
    }
    return { problems, moved, vanished, missing, view };
  }

  private moved(changed: readonly Alert[]): readonly Moved[] {
    const at = new Map(changed.map(({ id, problemId }) => [id, problemId]));
    return this.view.changes().flatMap((standing) => {
      const { id } = standing.traits;
      const from = at.get(id) ?? this.view.before(id)?.problemId;
      if (from === undefined || from === standing.problemId) return [];
      return { alertId: id, from, to: standing.problemId, why: belongsBecause(standing, this.view) };
    });
  }

  /** Problems that have no alerts any more, by the one that they are part of now, the oldest first. */
  private absorbed(losses: ReadonlyMap<string, readonly Moved[]>): ReadonlyMap<string, readonly Problem[]> {
    const found = new Map<string, Problem[]>();
    for (const [id, lost] of losses) {
      if (this.isNew(id) || this.view.membersOf(id).next().done !== true) continue;
      const problem = this.state.problems.get(id);
      const to = this.targetOf(id, lost);
      if (problem === undefined || to === undefined) continue;
      const absorbed = found.get(to);
      if (absorbed === undefined) found.set(to, [problem]);
      else absorbed.push(problem);
    }
    for (const of of found.values()) of.sort((a, b) => (this.isOlder(a.id, b.id) ? -1 : 1));
    return found;
  }

  /** Into which other problem one was merged that has no alerts any more. */
  private targetOf(id: string, lost: readonly Moved[]): string | undefined {
    const primaryId = this.state.problems.get(id)?.primaryId;
    return lost.find(({ alertId }) => alertId === primaryId)?.to ?? lost[0]?.to;
  }

  private merged(id: string, lost: readonly Moved[]): readonly ProblemChange[] {
    const problem = this.state.problems.get(id);
    const to = this.targetOf(id, lost);
    if (problem === undefined || to === undefined) return [];
    const why = `part of ${this.titleOf(to)}: ${lost[0]?.why ?? ''}`;
    return [mergedInto(problem, { to, why, actor: BY_CORRELATION }, this.now)];
  }

  private titleOf(problemId: string): string {
    const primary = this.problems.primaryOf(problemId);
    const title = primary === undefined ? undefined : this.view.get(primary)?.traits.title;
    return title ?? this.state.problems.get(problemId)?.title ?? problemId;
  }

  /** A problem that has gained or lost alerts. */
  private changed(id: string, change: Change): readonly ProblemChange[] {
    const known = this.state.problems.get(id) ?? this.newProblem(id);
    if (known === undefined) return [];
    const { gained, lost, losses, absorbed } = change;
    const counted = { ...known, counts: this.counts(known, gained, lost, losses) };
    const led = this.led(counted);
    const whole = withMerged(led, absorbed, this.rules, this.now);
    const { problem, why: raise } = this.raised(whole, change);
    const why = whyOf(gained, lost, led, known);
    if (why === undefined && (this.byPeople.has(id) || isSameValue(led, counted))) return [{ problem: led }];
    const call = this.callFor(known, absorbed);
    const reasons = [why ?? led.likelyCause?.why ?? '', ...(call === undefined ? [] : [call.said])].join(
      '; ',
    );
    const isRisen = raise !== undefined && known.announced !== undefined;
    const isNews = raise !== undefined || call !== undefined || this.isDeeper(led.primaryId, known.primaryId);
    const tell: Tell = {
      announce: isRisen || call !== undefined || (this.donors.has(id) && problem.counts.firing > 0),
      ...(isNews ? {} : { digest: 'later' }),
      why: isRisen ? `${raise}: ${reasons}` : reasons,
      ...(call === undefined ? {} : { mention: call.mention }),
    };
    return [{ problem: noted(this.ended(problem, tell.why), this.now, tell.why, BY_CORRELATION), tell }];
  }

  /** What has only alerts that have ended is over. */
  private ended(problem: Problem, reason: string): Problem {
    if (problem.counts.firing > 0 || problem.resolved !== undefined) return problem;
    return { ...problem, resolved: { at: this.now, by: 'merge', actor: BY_CORRELATION, reason } };
  }

  /** Whoever was on one of several problems that are one now is told so, unless nobody has heard of the others. */
  private callFor(known: Problem, absorbed: readonly Problem[]): ReturnType<typeof callFor> {
    const heard = absorbed.filter(({ announced, heldUntil, acknowledged, assigned }) => {
      const isTold = announced !== undefined && (heldUntil === undefined || heldUntil <= this.now);
      return isTold || acknowledged !== undefined || assigned !== undefined;
    });
    return heard.length === 0 ? undefined : callFor(peopleOn([known, ...heard], this.rules));
  }

  /** Another likely cause, and not only an earlier one of the same depth. */
  private isDeeper(primaryId: string, before: string): boolean {
    const [one, other] = [this.view.get(primaryId), this.view.get(before)];
    if (primaryId === before || one === undefined || other === undefined) return primaryId !== before;
    return one.traits.role.kind.depth < other.traits.role.kind.depth;
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

  /** What is part of it makes it as bad as that is, or as a person has made it. */
  private raised(problem: Problem, { gained, absorbed }: Change): ReturnType<typeof raisedBy> {
    const firing = gained
      .flatMap(({ alertId }) => this.view.get(alertId) ?? [])
      .filter(({ endedAt }) => endedAt === undefined)
      .map(({ severity, traits }) => ({ severity, title: traits.title }));
    const escalated = absorbed.filter(({ escalated: by }) => by !== undefined && by.to < by.from);
    const startsAt = this.startOf(problem, gained);
    const started = startsAt === problem.startsAt ? problem : { ...problem, startsAt };
    return raisedBy(started, [...firing, ...escalated], this.rules, this.now);
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
    const first = {
      id,
      severity,
      title: traits.title,
      source: traits.source,
      primaryId: traits.id,
      startsAt: new Date(traits.onset).toISOString(),
    };
    return asking(splitOff(donor, first, rules, now), rules, now);
  }
}

/** What has become of one of the problems. */
interface Change {
  readonly gained: readonly Moved[];
  readonly lost: readonly Moved[];
  /** Of all problems. */
  readonly losses: ReadonlyMap<string, readonly Moved[]>;
  /** Problems that are part of it now. */
  readonly absorbed: readonly Problem[];
}

/** Up to so many alerts, and then each time there are so many more, it is said anew why the cause is taken for it. */
const RETOLD = 50;

function whyOf(
  gained: readonly Moved[],
  lost: readonly Moved[],
  led: Problem,
  known: Problem,
): string | undefined {
  const parts = [
    ...(gained.length === 0 ? [] : [`${alertsIn(gained)} more: ${gained[0]?.why ?? ''}`]),
    ...(lost.length === 0 ? [] : [`${alertsIn(lost)} belong elsewhere: ${lost[0]?.why ?? ''}`]),
    ...(led.primaryId === known.primaryId || led.likelyCause === undefined
      ? []
      : [`likely cause: ${led.likelyCause.why}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

import type { Mute } from '@gomon/contracts';
import { GraphView } from '../correlate/graph-view.js';
import type { GraphChange } from '../correlate/graph.js';
import { isSymptom } from '../correlate/kinds.js';
import { asideBy, setAside } from './aside.js';
import { callOf } from './calls.js';
import type { AlertAction, Outcome, Tell } from './changes.js';
import { causeOf, decide, type Input } from './decide.js';
import { endedWithAlert } from './decide-silence.js';
import { factOf, versioned, type DecidedFact } from './decided-fact.js';
import { gather, nothingYet, type Gathered } from './gathered.js';
import type { Beat } from './heartbeats.js';
import { outcomeInTheEnd } from './outcome-in-the-end.js';
import { Overlay } from './overlay.js';
import { putTogether, type Moved } from './put-together.js';
import type { Rules } from './rules.js';
import { isSameValue } from './same-value.js';
import { settle, type Telling } from './settle.js';
import type { Silence } from './silences.js';
import {
  isOver,
  membersOf,
  newestOf,
  type Alert,
  type Call,
  type Inhibitor,
  type Problem,
  type State,
} from './state.js';
import { decideStorm, type StormDecision } from './storm.js';

/** What a transaction writes. */
export interface Decided {
  /** Each alert and problem that changed, as it is at the end. */
  readonly alerts: readonly Alert[];
  readonly problems: readonly Problem[];
  readonly beats: readonly Beat[];
  readonly silences: readonly Silence[];
  /** With what caused them. */
  readonly actions: readonly (AlertAction & { readonly cause: string })[];
  /** One for each problem that has something to tell. */
  readonly facts: readonly DecidedFact[];
  /** One for each input, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Keys of mutes that may have ended: what they muted is to be looked at. */
  readonly freed: readonly string[];
  /** Alerts that were there before, loaded or not, and belong to another problem now. */
  readonly moves: readonly Moved[];
  /** Problems that were not loaded and are touched: it has to be decided again with them. */
  readonly missing: ReadonlySet<string>;
  /** By scope: what is to be put into its graph once this is committed. */
  readonly graphs: ReadonlyMap<string, GraphChange>;
  /** How many problems each silence mutes from now on. */
  readonly newlyMuted: ReadonlyMap<string, number>;
  /** The version of the rules by which it was decided. */
  readonly rulesVersion: number;
  /** Everything that was loaded, as it was, and with the changes. */
  readonly before: State;
  readonly state: State;
}

/**
 * Decides the inputs of one transaction one after another, each on what the one before left. However much happened to a
 * problem, it gets one version and one fact; whether it is told is decided last.
 */
export function decideAll(state: State, inputs: readonly Input[], rules: Rules, now: string): Decided {
  const work = new Work(state);
  const outcomes: Outcome[] = [];
  for (const input of inputs) outcomes.push(work.take(input, rules, now));
  const placed = work.putTogether(rules, now);
  const sequel = { placed, ...work.settle(rules, now) };
  const inTheEnd = outcomes.map((outcome) => outcomeInTheEnd(outcome, sequel));
  work.number(inTheEnd, now);
  return work.decided(inTheEnd, rules.version, now);
}

/** The state of one transaction while it is decided. */
class Work {
  private readonly alerts: Overlay<string, Alert>;
  private readonly problems: Overlay<string, Problem>;
  private readonly newest: Overlay<string, string>;
  private readonly beats: Overlay<string, Beat>;
  private readonly inhibitors: Map<string, Map<string, Inhibitor>>;
  private silences: readonly Silence[];
  private calls: readonly Call[];
  private readonly state: State;
  private readonly changedAlerts = new Set<string>();
  private readonly changedProblems = new Set<string>();
  private readonly changedBeats = new Set<string>();
  private readonly changedSilences = new Map<string, Silence>();
  /** Problems to which something happened that may be muted. */
  private readonly judged = new Set<string>();
  private readonly gathered = new Map<string, Gathered>();
  private readonly tellings = new Map<string, Telling>();
  private readonly actions: (AlertAction & { cause: string })[] = [];
  private readonly newlyMuted = new Map<string, number>();
  private readonly freed = new Set<string>();
  /** By problem: alerts that the transaction has brought in. */
  private readonly joined = new Map<string, Set<string>>();
  private readonly views = new Map<string, GraphView>();
  private readonly moves: Moved[] = [];
  private readonly missing = new Set<string>();

  constructor(private readonly before: State) {
    this.alerts = new Overlay(before.alerts);
    this.problems = new Overlay(before.problems);
    this.newest = new Overlay(before.newest);
    this.beats = new Overlay(before.beats);
    this.inhibitors = new Map([...before.around.inhibitors].map(([key, by]) => [key, new Map(by)]));
    this.silences = before.around.silences;
    this.calls = before.around.calls;
    const { alerts, problems, newest, beats } = this;
    const silences = () => this.silences;
    const calls = () => this.calls;
    this.state = {
      alerts,
      members: (problemId) => this.membersOf(problemId),
      problems,
      newest,
      beats,
      around: {
        ...before.around,
        inhibitors: this.inhibitors,
        get silences() {
          return silences();
        },
        get calls() {
          return calls();
        },
      },
    };
  }

  take(input: Input, rules: Rules, now: string): Outcome {
    const changes = decide(this.state, input, rules, now);
    const cause = causeOf(input);
    for (const alert of changes.alerts) this.put(alert, now);
    for (const beat of changes.beats ?? []) {
      this.beats.set(beat.id, beat);
      this.changedBeats.add(beat.id);
    }
    for (const silence of changes.silences ?? []) this.putSilence(silence);
    for (const { problem, tell } of changes.problems) {
      this.problems.set(problem.id, problem);
      this.changedProblems.add(problem.id);
      // What people do to a problem is told; what they make a problem of is judged like any other.
      if (input.kind !== 'command' || !this.before.problems.has(problem.id)) this.judged.add(problem.id);
      if (tell !== undefined) this.gather(problem.id, tell);
    }
    for (const action of changes.actions) this.actions.push({ ...action, cause });
    return changes.outcome;
  }

  /** Makes one problem of what belongs together. Answers, by alert, which belong to another problem than before. */
  putTogether(rules: Rules, now: string): ReadonlyMap<string, Moved> {
    const changed = [...this.changedAlerts].flatMap((id) => this.alerts.get(id) ?? []);
    const placed = new Map<string, Moved>();
    const isNew = (id: string) => !this.before.problems.has(id);
    const changedIn = Map.groupBy(changed, ({ scope }) => scope);
    const judgedIn = Map.groupBy(
      [...this.judged].flatMap((id) => this.problems.get(id) ?? []),
      ({ scope }) => scope,
    );
    for (const scope of new Set([...changedIn.keys(), ...judgedIn.keys()])) {
      const [alerts, judged] = [changedIn.get(scope) ?? [], judgedIn.get(scope) ?? []];
      const together = putTogether(this.state, { scope, changed: alerts, judged, isNew }, rules, now);
      if (together === undefined) continue;
      this.views.set(scope, together.view);
      for (const id of together.missing) this.missing.add(id);
      for (const moved of together.moved) {
        this.move(moved, now);
        placed.set(moved.alertId, moved);
      }
      this.attribute(placed, together.vanished);
      for (const id of together.vanished) {
        this.changedProblems.delete(id);
        this.gathered.delete(id);
        this.judged.delete(id);
      }
      for (const { problem, tell } of together.problems) {
        this.problems.set(problem.id, problem);
        this.changedProblems.add(problem.id);
        this.judged.add(problem.id);
        if (tell !== undefined) this.gather(problem.id, tell);
      }
    }
    return placed;
  }

  /** Decides whether each problem is told. Answers what mutes those that are not, and what waits for a digest. */
  settle(
    rules: Rules,
    now: string,
  ): { readonly mutedBy: ReadonlyMap<string, readonly Mute[]>; readonly heldBack: ReadonlySet<string> } {
    const mutedBy = new Map<string, readonly Mute[]>();
    const heldBack = new Set<string>();
    const changed = Map.groupBy(
      [...this.changedAlerts].flatMap((id) => this.alerts.get(id) ?? []),
      ({ problemId }) => problemId,
    );
    const heirs = this.heirs();
    for (const id of this.changedProblems) {
      const changedTo = this.problems.get(id);
      if (changedTo === undefined) continue;
      const before = this.before.problems.get(id);
      const { problem: known, telling: toTell, isHeldBack } = this.inStorm(changedTo, before, rules, now);
      if (isHeldBack) heldBack.add(id);
      const settled = settle(
        this.state,
        {
          known,
          before,
          changed: changed.get(id) ?? [],
          isSymptom: () => this.isSymptom(known),
          isHeir: heirs.has(id),
        },
        toTell,
        this.judged.has(id),
        rules,
        now,
      );
      const { problem, primary, telling, newSilences } = settled;
      this.putAside(problem);
      this.call(problem, before);
      if (settled.mutedBy !== undefined) mutedBy.set(id, settled.mutedBy);
      if (telling !== undefined) this.tellings.set(id, telling);
      if (primary !== undefined) this.put(primary, now);
      for (const silence of newSilences) {
        this.newlyMuted.set(silence, (this.newlyMuted.get(silence) ?? 0) + 1);
      }
      this.audit(known, problem);
      if (known.acknowledged !== undefined && problem.acknowledged === undefined)
        this.unacknowledge(problem, now);
      this.follow(problem, now);
      this.problems.set(id, problem);
    }
    return { mutedBy, heldBack };
  }

  /** Gives each problem that changed its next version, with how many of the observations are told by it. */
  number(outcomes: readonly Outcome[], now: string): void {
    const toTell = new Map<string, number>();
    for (const outcome of outcomes) {
      if (outcome.kind !== 'observation' || outcome.end !== 'told') continue;
      const { problemId = '' } = outcome;
      toTell.set(problemId, (toTell.get(problemId) ?? 0) + 1);
    }
    for (const id of this.changedProblems) {
      const problem = this.problems.get(id);
      if (problem === undefined) continue;
      this.problems.set(id, versioned(problem, this.tellings.get(id), toTell.get(id) ?? 0, now));
    }
  }

  private inStorm(known: Problem, before: Problem | undefined, rules: Rules, now: string): StormDecision {
    const gathered = this.gathered.get(known.id);
    const members = () => {
      const graph = this.before.around.graphs.get(known.scope);
      const view = this.views.get(known.scope) ?? (graph && new GraphView(graph));
      return view?.membersOf(known.id);
    };
    const { isNews = false, isDigestDue = false } = gathered ?? {};
    return decideStorm(
      this.state,
      { known, before, telling: gathered, isNews, isDigestDue, members },
      rules,
      now,
    );
  }

  decided(outcomes: readonly Outcome[], rulesVersion: number, now: string): Decided {
    const facts: DecidedFact[] = [];
    for (const [id, { announces, why }] of this.tellings) {
      const problem = this.problems.get(id);
      if (problem === undefined) continue;
      facts.push(factOf(this.before.problems.get(id), problem, { announces, why }, now));
    }
    return {
      alerts: [...this.changedAlerts].flatMap((id) => this.alerts.get(id) ?? []),
      problems: [...this.changedProblems].flatMap((id) => this.problems.get(id) ?? []),
      beats: [...this.changedBeats].flatMap((id) => this.beats.get(id) ?? []),
      silences: [...this.changedSilences.values()],
      actions: this.actions,
      facts,
      outcomes,
      freed: [...this.freed],
      moves: this.moves,
      missing: this.missing,
      graphs: new Map([...this.views].map(([scope, view]) => [scope, this.graphChange(view)])),
      newlyMuted: this.newlyMuted,
      rulesVersion,
      before: this.before,
      state: this.state,
    };
  }

  private *membersOf(problemId: string): Generator<string> {
    const joined = this.joined.get(problemId);
    for (const id of this.before.members(problemId))
      if (joined?.has(id) !== true && this.alerts.get(id)?.problemId === problemId) yield id;
    for (const id of joined ?? []) if (this.alerts.get(id)?.problemId === problemId) yield id;
  }

  /** An alert belongs to another problem. One that is not loaded is moved where it is stored. */
  private move(moved: Moved, now: string): void {
    const { alertId, to: problemId } = moved;
    const alert = this.alerts.get(alertId);
    const isOpened = alert !== undefined && !this.before.alerts.has(alertId);
    if (!isOpened) this.moves.push(moved);
    if (alert === undefined) return;
    this.put(isOpened ? { ...alert, problemId } : { ...alert, problemId, updatedAt: now }, now);
  }

  /** What was said of a problem that nobody ever hears of is said of the one that its alert belongs to. */
  private attribute(placed: ReadonlyMap<string, Moved>, vanished: ReadonlySet<string>): void {
    if (vanished.size === 0) return;
    for (const [index, action] of this.actions.entries()) {
      const moved = vanished.has(action.problemId) ? placed.get(action.alertId) : undefined;
      if (moved === undefined) continue;
      this.actions[index] = { ...action, problemId: moved.to, why: `${action.why}; ${moved.why}` };
    }
  }

  /** Problems that took in, within the transaction, what is an incident. */
  private heirs(): ReadonlySet<string> {
    const merged = [...this.changedProblems].flatMap((id) => this.problems.get(id) ?? []);
    return new Set(merged.flatMap(({ incident, mergedInto }) => (incident && mergedInto?.problemId) ?? []));
  }

  private isSymptom({ scope, primaryId }: Problem): boolean {
    const primary = this.views.get(scope)?.get(primaryId);
    return primary !== undefined && isSymptom(primary.traits.role.kind);
  }

  /** What the transaction decides next knows who was called. */
  private call(problem: Problem, before: Problem | undefined): void {
    if (problem.incident === undefined || before?.incident !== undefined) return;
    const call = callOf(problem, this.alerts.get(problem.primaryId));
    if (call !== undefined) this.calls = [...this.calls, call];
  }

  /** Another likely cause may be muted by something else than the one before. */
  private putAside(problem: Problem): void {
    const { id, primaryId, scope, muted } = problem;
    const view = this.views.get(scope);
    if (view === undefined || isOver(problem)) return;
    const aside = asideBy(muted);
    if (view.get(primaryId)?.aside !== aside) setAside(id, aside, view);
  }

  private graphChange(view: GraphView): GraphChange {
    const isGone = (id: string) => {
      const problem = this.problems.get(id);
      return problem !== undefined && isOver(problem);
    };
    return { standings: view.changes(), over: [...this.changedProblems].filter(isGone) };
  }

  private put(alert: Alert, now: string): void {
    const before = this.alerts.get(alert.id);
    if (before?.problemId !== alert.problemId) {
      const joined = this.joined.get(alert.problemId) ?? new Set<string>();
      this.joined.set(alert.problemId, joined.add(alert.id));
    }
    this.alerts.set(alert.id, alert);
    const newest = newestOf(this.state, alert.fingerprint);
    if (newest === undefined || newest.episode <= alert.episode) this.newest.set(alert.fingerprint, alert.id);
    this.changedAlerts.add(alert.id);
    if (before?.inhibits !== undefined || alert.inhibits !== undefined) this.putInhibitor(before, alert);
    if (this.silences.length > 0 && before?.resolved === undefined && alert.resolved !== undefined) {
      for (const ended of endedWithAlert(this.state, alert, now)) this.putSilence(ended);
    }
  }

  private putInhibitor(before: Alert | undefined, alert: Alert): void {
    const keysOf = (one: Alert | undefined) =>
      one === undefined || one.resolved !== undefined ? [] : (one.inhibits ?? []);
    const keys = keysOf(alert);
    for (const key of keys) {
      const by = this.inhibitors.get(key) ?? new Map<string, Inhibitor>();
      this.inhibitors.set(key, by.set(alert.id, { id: alert.id, title: alert.title }));
    }
    for (const key of keysOf(before).filter((one) => !keys.includes(one))) {
      this.inhibitors.get(key)?.delete(alert.id);
      this.freed.add(`inhibition:${key}`);
    }
  }

  private putSilence(silence: Silence): void {
    const { id } = silence.data;
    this.silences = [...this.silences.filter(({ data }) => data.id !== id), silence];
    this.changedSilences.set(id, silence);
    this.freed.add(`silence:${id}`);
  }

  private gather(id: string, tell: Tell): void {
    const gathered = this.gathered.get(id) ?? nothingYet();
    this.gathered.set(id, gathered);
    gather(gathered, tell);
  }

  /** What was made of a problem shows at its alerts that are open. */
  private follow(problem: Problem, now: string): void {
    const { incident, escalated: change } = problem;
    const known = this.before.problems.get(problem.id);
    const isSame = known?.incident?.id === incident?.id && isSameValue(known?.escalated, change);
    const escalated = change !== undefined && change.to < change.from ? change : undefined;
    if (incident === undefined && change === undefined && known?.escalated === undefined) return;
    const followers = isSame ? (this.joined.get(problem.id) ?? []) : this.membersOf(problem.id);
    for (const alert of [...followers].flatMap((id) => this.alerts.get(id) ?? [])) {
      if (alert.problemId !== problem.id) continue;
      if (alert.resolved !== undefined) continue;
      if (alert.incidentId === incident?.id && isSameValue(alert.escalated, escalated)) continue;
      const { incidentId: _, escalated: __, ...rest } = alert;
      const withIncident = incident === undefined ? rest : { ...rest, incidentId: incident.id };
      this.put(escalated === undefined ? withIncident : { ...withIncident, escalated }, now);
    }
  }

  /** An acknowledgement that does not cover the problem any more does not cover its alerts either. */
  private unacknowledge(problem: Problem, now: string): void {
    for (const { acknowledged, ...alert } of membersOf(this.state, problem))
      if (acknowledged !== undefined) this.put({ ...alert, updatedAt: now }, now);
  }

  /** That a problem begins or ceases to be muted stands in the audit of its primary. */
  private audit({ muted: before }: Problem, { muted, primaryId, id }: Problem): void {
    if ((before === undefined) === (muted === undefined)) return;
    const why = (muted ?? before)?.by.map((one) => one.why).join('; ') ?? '';
    this.actions.push({
      alertId: primaryId,
      problemId: id,
      action: muted === undefined ? 'unmuted' : 'muted',
      actor: { kind: 'system', id: 'mutes' },
      why: muted === undefined ? `no longer: ${why}` : why,
      before: null,
      cause: this.actions.findLast(({ problemId }) => problemId === id)?.cause ?? `problem:${id}`,
    });
  }
}

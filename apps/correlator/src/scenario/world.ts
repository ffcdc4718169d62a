import { Graph } from '../correlate/graph.js';
import { callOf } from '../decide/calls.js';
import { inhibitsOf } from '../decide/inhibition.js';
import type { Rules } from '../decide/rules.js';
import type { Decided } from '../decide/decide-all.js';
import type { Topology } from '../decide/about.js';
import type { Beat } from '../decide/heartbeats.js';
import type { Silence } from '../decide/silences.js';
import {
  EMPTY_STATE,
  NOTHING_AROUND,
  type Alert,
  type Call,
  type Inhibitor,
  type Problem,
  type State,
} from '../decide/state.js';
import { plusMs } from '../decide/time.js';
import { DueTimes, type Due } from './due-times.js';
import { WithinReach } from './within-reach.js';
import { nextBeginning } from '../silences/silence-row.js';
import { graphOf } from '../correlate/graph-of.js';

/** As the correlator looks for what is due. */
const LOOK_EVERY_MS = 2_500;

/** What is said in a scope for the first time finds it empty. */
class GraphsByScope extends Map<string, Graph> {
  override get(scope: string): Graph {
    const known = super.get(scope);
    if (known !== undefined) return known;
    const graph = new Graph();
    this.set(scope, graph);
    return graph;
  }
}

/**
 * Everything that is known between two transactions, in place of the tables. It is changed and never copied: what a transaction
 * costs does not grow with what is open.
 */
export class World {
  readonly alerts = new Map<string, Alert>();
  readonly problems = new Map<string, Problem>();
  readonly silences = new Map<string, Silence>();
  readonly due: DueTimes;
  /** Of the alerts those that fire and that a snapshot may end. */
  private readonly held = new Map<string, Alert>();
  private readonly newest = new Map<string, string>();
  private readonly beats = new Map<string, Beat>();
  private readonly inhibitors = new Map<string, Map<string, Inhibitor>>();
  /** Those that are open. */
  private readonly mutedProblems = new Set<string>();
  private readonly members = new Map<string, Set<string>>();
  private readonly graphs = new GraphsByScope();
  private readonly calls: Call[] = [];

  constructor(
    private readonly topology: Topology,
    end: string,
  ) {
    this.due = new DueTimes(end);
  }

  /** The ids of the alerts of a problem. */
  readonly membersOf = (problemId: string): Iterable<string> => this.members.get(problemId) ?? [];

  /** What a transaction has before it. */
  state(): State {
    const alerts = new WithinReach(this.alerts, this.held);
    const { problems, newest, beats, inhibitors, topology, graphs } = this;
    const silences = [...this.silences.values()];
    const { calls } = this;
    const around = { ...NOTHING_AROUND, silences, inhibitors, topology, graphs, calls };
    return { ...EMPTY_STATE, alerts, members: this.membersOf, problems, newest, beats, around };
  }

  /** Takes up what was decided. Answers the problems that are to be looked at at once. */
  apply(decided: Decided, now: string): readonly string[] {
    for (const alert of decided.alerts) this.putAlert(alert, now);
    for (const problem of decided.problems) this.putProblem(problem, now);
    for (const [scope, change] of decided.graphs) this.graphs.get(scope).apply(change);
    for (const beat of decided.beats) {
      this.beats.set(beat.id, beat);
      this.wait({ kind: 'heartbeat', id: beat.id }, beat.dueAt, now);
    }
    for (const silence of decided.silences) this.putSilence(silence, now);
    return [...new Set([...this.freedBy(decided.freed), ...this.matching(decided.silences)])];
  }

  /** A silence that is in force, or will be. */
  putSilence(silence: Silence, now: string): void {
    this.silences.set(silence.data.id, silence);
    this.wait({ kind: 'silence', id: silence.data.id }, nextBeginning(silence, now), now);
  }

  /** Silences of which it is time begin, perhaps once more. Answers the problems that they are for. */
  begun(due: readonly Due[], now: string): readonly string[] {
    const silences = due.flatMap(({ kind, id }) => (kind === 'silence' ? (this.silences.get(id) ?? []) : []));
    for (const silence of silences) this.putSilence(silence, now);
    return [...new Set(this.matching(silences))];
  }

  /** What is open stands as other rules have it. Answers the problems that are to be looked at at once. */
  markFor(rules: Rules, now: string): readonly string[] {
    const open = [...this.alerts.values()].filter(({ resolved }) => resolved === undefined);
    for (const alert of open) {
      const inhibits = inhibitsOf(alert, rules);
      const marked = { ...alert, inhibits };
      this.alerts.set(alert.id, marked);
      if (this.held.has(alert.id)) this.held.set(alert.id, marked);
      this.putInhibitor(alert, marked);
    }
    for (const id of this.beats.keys()) this.due.set({ kind: 'heartbeat', id }, now);
    for (const scope of this.graphs.keys()) this.graphs.set(scope, this.graphAnew(scope, rules));
    return [...this.mutedProblems];
  }

  private graphAnew(scope: string, rules: Rules): Graph {
    const standing = [...this.problems.values()].filter(
      (problem) =>
        problem.scope === scope && problem.resolved === undefined && problem.archived === undefined,
    );
    const alerts = standing.flatMap(({ id, muted }) =>
      [...(this.members.get(id) ?? [])].flatMap((alertId) => {
        const alert = this.alerts.get(alertId);
        return alert === undefined ? [] : [{ alert, muted }];
      }),
    );
    return graphOf(alerts, rules.pack, this.topology);
  }

  private putAlert(alert: Alert, now: string): void {
    const before = this.alerts.get(alert.id);
    this.alerts.set(alert.id, alert);
    if (alert.resolved === undefined && alert.said.extent !== undefined) this.held.set(alert.id, alert);
    else this.held.delete(alert.id);
    if (before?.problemId !== alert.problemId) this.join(alert, before);
    const newest = this.alerts.get(this.newest.get(alert.fingerprint) ?? '');
    if (newest === undefined || newest.episode <= alert.episode) this.newest.set(alert.fingerprint, alert.id);
    this.putInhibitor(before, alert);
    this.wait({ kind: 'alert', id: alert.id }, alert.dueAt, now);
  }

  private join({ id, problemId }: Alert, before: Alert | undefined): void {
    if (before !== undefined) this.members.get(before.problemId)?.delete(id);
    const members = this.members.get(problemId) ?? new Set<string>();
    this.members.set(problemId, members.add(id));
  }

  /** It mutes others while it fires. */
  private putInhibitor(before: Alert | undefined, { id, title, resolved, inhibits = [] }: Alert): void {
    for (const key of before?.inhibits ?? []) {
      const by = this.inhibitors.get(key);
      if (by?.delete(id) === true && by.size === 0) this.inhibitors.delete(key);
    }
    for (const key of resolved === undefined ? inhibits : []) {
      const by = this.inhibitors.get(key) ?? new Map<string, Inhibitor>();
      this.inhibitors.set(key, by.set(id, { id, title }));
    }
  }

  private putProblem(problem: Problem, now: string): void {
    if (this.problems.get(problem.id)?.incident === undefined) {
      const call = callOf(problem, this.alerts.get(problem.primaryId));
      if (call !== undefined) this.calls.push(call);
    }
    this.problems.set(problem.id, problem);
    if (problem.muted === undefined || problem.resolved !== undefined) this.mutedProblems.delete(problem.id);
    else this.mutedProblems.add(problem.id);
    this.wait({ kind: 'problem', id: problem.id }, problem.dueAt, now);
  }

  /** What was looked at and is due still is looked at with the next look. */
  private wait(what: Due, at: string | undefined, now: string): void {
    this.due.set(what, at !== undefined && at <= now ? plusMs(now, LOOK_EVERY_MS) : at);
  }

  private freedBy(keys: readonly string[]): readonly string[] {
    if (keys.length === 0) return [];
    const freed = new Set(keys);
    return [...this.mutedProblems].filter((id) =>
      this.problems.get(id)?.muted?.keys.some((key) => freed.has(key)),
    );
  }

  /** What a silence is for is muted from its beginning on. */
  private matching(silences: readonly Silence[]): readonly string[] {
    if (silences.length === 0) return [];
    const open = [...this.alerts.values()].filter(({ resolved }) => resolved === undefined);
    return open.filter((alert) => silences.some((one) => one.isFor(alert))).map(({ problemId }) => problemId);
  }
}

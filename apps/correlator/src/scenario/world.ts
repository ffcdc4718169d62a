import { Graph } from '../correlate/graph.js';
import type { Decided } from '../decide/decide-all.js';
import type { Topology } from '../decide/about.js';
import type { Beat } from '../decide/heartbeats.js';
import type { Silence } from '../decide/silences.js';
import {
  EMPTY_STATE,
  NOTHING_AROUND,
  type Alert,
  type Inhibitor,
  type Problem,
  type State,
} from '../decide/state.js';
import { plusMs } from '../decide/time.js';
import { DueTimes, type Due } from './due-times.js';
import { SCOPE } from './topology.js';

/** As the correlator looks for what is due. */
const LOOK_EVERY_MS = 2_500;

/**
 * Everything that is known between two transactions, in place of the tables. It is changed and never copied: what a transaction
 * costs does not grow with what is open.
 */
export class World {
  readonly alerts = new Map<string, Alert>();
  readonly problems = new Map<string, Problem>();
  readonly silences = new Map<string, Silence>();
  readonly due: DueTimes;
  private readonly newest = new Map<string, string>();
  private readonly beats = new Map<string, Beat>();
  private readonly inhibitors = new Map<string, Map<string, Inhibitor>>();
  private readonly mutedProblems = new Set<string>();
  private readonly members = new Map<string, Set<string>>();
  private readonly graph = new Graph();

  constructor(
    private readonly topology: Topology,
    end: string,
  ) {
    this.due = new DueTimes(end);
  }

  /** What a transaction has before it. */
  state(): State {
    const { alerts, problems, newest, beats, inhibitors, topology } = this;
    const silences = [...this.silences.values()];
    const graphs = new Map([[SCOPE, this.graph]]);
    const around = { ...NOTHING_AROUND, silences, inhibitors, topology, graphs };
    const members = (problemId: string) => this.members.get(problemId) ?? [];
    return { ...EMPTY_STATE, alerts, members, problems, newest, beats, around };
  }

  /** Takes up what was decided. Answers the problems that are to be looked at at once. */
  apply(decided: Decided, now: string): readonly string[] {
    for (const alert of decided.alerts) this.putAlert(alert, now);
    for (const problem of decided.problems) this.putProblem(problem, now);
    for (const change of decided.graphs.values()) this.graph.apply(change);
    for (const beat of decided.beats) {
      this.beats.set(beat.id, beat);
      this.wait({ kind: 'heartbeat', id: beat.id }, beat.dueAt, now);
    }
    for (const silence of decided.silences) this.silences.set(silence.data.id, silence);
    return [...new Set([...this.freedBy(decided.freed), ...this.matching(decided.silences)])];
  }

  private putAlert(alert: Alert, now: string): void {
    const before = this.alerts.get(alert.id);
    this.alerts.set(alert.id, alert);
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
    this.problems.set(problem.id, problem);
    if (problem.muted === undefined) this.mutedProblems.delete(problem.id);
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
    return [...this.mutedProblems].filter((id) => {
      const problem = this.problems.get(id);
      return problem?.resolved === undefined && problem?.muted?.keys.some((key) => freed.has(key)) === true;
    });
  }

  /** What a silence is for is muted from its beginning on. */
  private matching(silences: readonly Silence[]): readonly string[] {
    if (silences.length === 0) return [];
    const open = [...this.alerts.values()].filter(({ resolved }) => resolved === undefined);
    return open.filter((alert) => silences.some((one) => one.isFor(alert))).map(({ problemId }) => problemId);
  }
}

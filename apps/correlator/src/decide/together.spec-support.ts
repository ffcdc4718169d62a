import type { Actor, Labels, Observation, RulesFileInput } from '@gomon/contracts';
import { reopenedIn, takeUp } from '../correlate/graph-of.js';
import { Graph } from '../correlate/graph.js';
import { NO_TOPOLOGY, type Topology } from './about.js';
import type { Outcome } from './changes.js';
import type { Input } from './decide.js';
import type { Alert, Problem } from './state.js';
import { ALICE, at, rulesBy, Story } from './story.spec-support.js';

const SCOPE = 'default';

/** Rules that tell at once, so that a story needs no waiting. */
export function rulesAtOnce(file: RulesFileInput = {}) {
  return rulesBy({ hold: '0s', ...file });
}

/** An alert that fires since a time of the morning; its name is told by its labels. */
export function firing(since: string, labels: Labels, summary = ''): Observation {
  return { status: 'firing', labels, annotations: summary === '' ? {} : { summary }, startsAt: at(since) };
}

export function over(since: string, until: string, labels: Labels): Observation {
  return { status: 'resolved', labels, annotations: {}, startsAt: at(since), endsAt: at(until) };
}

/** A story in which what belongs together becomes one problem: it keeps the graph, as whoever commits the transactions does. */
export class TogetherStory extends Story {
  constructor(
    rules = rulesAtOnce(),
    topology: Topology = NO_TOPOLOGY,
    readonly graph = new Graph(),
  ) {
    super(rules);
    const graphs = new Map([[SCOPE, this.graph]]);
    this.state = { ...this.state, around: { ...this.state.around, topology, graphs } };
  }

  override transaction(now: string, inputs: readonly Input[]): readonly Outcome[] {
    const outcomes = super.transaction(now, inputs);
    const change = this.last?.graphs.get(SCOPE);
    if (change !== undefined) this.graph.apply(change);
    const reopened = this.last === undefined ? [] : reopenedIn(this.last);
    const open = this.alerts
      .filter(({ problemId }) => reopened.includes(problemId))
      .map((alert) => ({ alert, muted: this.problemBy(alert.problemId).muted }));
    takeUp(this.graph, open, this.rules.pack, this.state.around.topology);
    return outcomes;
  }

  /** The newest alert of a name. */
  alertOf(name: string): Alert {
    const alert = this.alerts.findLast(({ said }) => said.labels['alertname'] === name);
    if (alert === undefined) throw new Error(`no alert ${name}`);
    return alert;
  }

  /** The problem that an alert is part of. */
  problemOf(name: string): Problem {
    return this.problemBy(this.alertOf(name).problemId);
  }

  problemBy(id: string): Problem {
    const problem = this.state.problems.get(id);
    if (problem === undefined) throw new Error(`no problem ${id}`);
    return problem;
  }

  /** A person decides which alerts are one problem; the alerts are called by their names. */
  merge(now: string, name: string, into: string, actor = ALICE): Outcome | undefined {
    const data = { ...this.about(name, actor), into: this.problemOf(into).id };
    return this.command(now, { type: 'gomon.command.v1.merge-problems', data });
  }

  split(now: string, names: readonly string[], actor = ALICE): Outcome | undefined {
    const data = { ...this.about(names[0] ?? '', actor), alertIds: names.map((one) => this.alertOf(one).id) };
    return this.command(now, { type: 'gomon.command.v1.split-problem', data });
  }

  move(now: string, names: readonly string[], to: string, actor = ALICE): Outcome | undefined {
    const alertIds = names.map((one) => this.alertOf(one).id);
    const data = { ...this.about(names[0] ?? '', actor), alertIds, to: this.problemOf(to).id };
    return this.command(now, { type: 'gomon.command.v1.move-alerts', data });
  }

  private about(name: string, actor: Actor) {
    return { actor, target: { kind: 'problem' as const, id: this.problemOf(name).id } };
  }

  /** Which alerts are one problem, by their names: `A + B`. */
  get groups(): readonly string[] {
    const groups = Map.groupBy(this.alerts, ({ problemId }) => problemId);
    return [...groups.values()]
      .map((members) =>
        members
          .map(({ said }) => said.labels['alertname'] ?? '')
          .sort()
          .join(' + '),
      )
      .sort();
  }
}

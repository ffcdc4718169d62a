import type { Topology } from '../decide/about.js';
import { asideBy } from '../decide/aside.js';
import type { Decided } from '../decide/decide-all.js';
import { isOver, type Alert, type ProblemMuted } from '../decide/state.js';
import { GraphView } from './graph-view.js';
import { inOrder } from './by-onset.js';
import { connected } from './groups.js';
import { Graph, type Standing } from './graph.js';
import type { Pack } from './kinds.js';
import { explain } from './sole-cause.js';
import { traitsOf } from './traits-of.js';

/** An alert of an open problem, and what mutes that problem. */
export interface Open {
  readonly alert: Alert;
  readonly muted?: ProblemMuted | undefined;
}

/** The graph of alerts as they are stored. What each follows from is found again: it is a function of what is open. */
export function graphOf(open: readonly Open[], pack: Pack, topology: Topology): Graph {
  const graph = new Graph();
  takeUp(graph, open, pack, topology);
  return graph;
}

/** Puts alerts into a graph as they are stored now, whatever it knows of them, and finds what they follow from. */
export function takeUp(graph: Graph, open: readonly Open[], pack: Pack, topology: Topology): void {
  const standings = open.map(({ alert, muted }): Standing => {
    const { problemId, severity, resolved, placed } = alert;
    const aside = asideBy(muted);
    return {
      traits: graph.get(alert.id)?.traits ?? traitsOf(alert, pack, topology),
      problemId,
      severity,
      ...(resolved === undefined ? {} : { endedAt: Date.parse(resolved.at) }),
      ...(placed === undefined ? {} : { isPlaced: true }),
      ...(aside === undefined ? {} : { aside }),
    };
  });
  for (const standing of inOrder(standings)) graph.put(standing);
  const view = new GraphView(graph);
  for (const standing of standings) {
    const placed = connected(standing, view, pack);
    if (placed.cause !== undefined || placed.named !== undefined) view.put(placed);
  }
  explain(standings, view, pack, ({ cause: _, ...rest }, cause) => {
    view.put(cause === undefined ? rest : { ...rest, cause });
  });
  graph.apply({ standings: view.changes(), over: [] });
  graph.putAway(standings);
}

/** Problems that were over and go on, of which some alerts have ended: those have left the graph, and are part of it again. */
export function reopenedIn({ problems, before }: Pick<Decided, 'problems' | 'before'>): readonly string[] {
  return problems.flatMap((problem) => {
    const known = before.problems.get(problem.id);
    const isReopened = known !== undefined && isOver(known) && !isOver(problem);
    return isReopened && problem.counts.firing < problem.counts.total ? problem.id : [];
  });
}

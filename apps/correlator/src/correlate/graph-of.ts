import type { Topology } from '../decide/about.js';
import { asideBy } from '../decide/aside.js';
import type { Alert, ProblemMuted } from '../decide/state.js';
import { causeOf } from './causes.js';
import { GraphView } from './graph-view.js';
import { inOrder } from './by-onset.js';
import { Graph, type Standing } from './graph.js';
import type { Pack } from './kinds.js';
import { traitsOf } from './traits.js';

/** An alert of an open problem, and what mutes that problem. */
export interface Open {
  readonly alert: Alert;
  readonly muted?: ProblemMuted | undefined;
}

/** The graph of alerts as they are stored. What each follows from is found again: it is a function of what is open. */
export function graphOf(open: readonly Open[], pack: Pack, topology: Topology): Graph {
  const graph = new Graph();
  const standings = open.map(({ alert, muted }): Standing => {
    const { problemId, severity, resolved, placed } = alert;
    const aside = asideBy(muted);
    return {
      traits: traitsOf(alert, pack, topology),
      problemId,
      severity,
      ...(resolved === undefined ? {} : { endedAt: Date.parse(resolved.at) }),
      ...(placed === undefined ? {} : { isPlaced: true }),
      ...(aside === undefined ? {} : { aside }),
    };
  });
  for (const standing of inOrder(standings)) graph.put(standing);
  const view = new GraphView(graph);
  for (const { alert } of open) {
    const standing = view.get(alert.id);
    const cause = standing === undefined ? undefined : causeOf(standing, view, pack);
    if (standing !== undefined && cause !== undefined) view.put({ ...standing, cause });
  }
  graph.apply({ standings: view.changes(), over: [] });
  return graph;
}

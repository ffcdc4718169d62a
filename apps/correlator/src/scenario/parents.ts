import type { DecidedFact } from '../decide/decided-fact.js';
import type { Problem } from '../decide/state.js';

/** A message that opens a conversation. */
export interface Parent {
  readonly problem: Problem;
  readonly at: string;
}

/** Which facts become messages of their own: of each problem the first that asks for attention. */
export class Parents {
  readonly posted: Parent[] = [];
  private readonly begun = new Set<string>();
  /** By problem id: when its message is posted. */
  private readonly waiting = new Map<string, string>();

  take({ problem, announce, publishAt }: DecidedFact, now: string): void {
    const { id } = problem;
    const at = publishAt ?? now;
    const before = this.waiting.get(id);
    if (before !== undefined) {
      // What became urgent meanwhile waits no longer.
      if (at < before) this.waiting.set(id, at);
      return;
    }
    if (!announce || this.begun.has(id) || problem.mergedInto !== undefined) return;
    this.begun.add(id);
    this.waiting.set(id, at);
  }

  /** Posts what waits until a time, as the problems are then; of one that was merged meanwhile nobody is told. */
  postUntil(time: string, problems: ReadonlyMap<string, Problem>): void {
    const ripe = [...this.waiting].filter(([, at]) => at <= time).sort(([, a], [, b]) => (a < b ? -1 : 1));
    for (const [id, at] of ripe) {
      this.waiting.delete(id);
      const problem = problems.get(id);
      if (problem !== undefined && problem.mergedInto === undefined) this.posted.push({ problem, at });
    }
  }
}

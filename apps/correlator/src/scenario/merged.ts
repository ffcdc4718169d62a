import type { Problem } from '../decide/state.js';

/** Into which problem one was merged; undefined: it stands for itself. */
export function mergedInto(problem: Problem & { readonly mergedInto?: unknown }): unknown {
  return problem.mergedInto;
}

/** What a problem is part of at the end. */
export function survivorOf(id: string, problems: ReadonlyMap<string, Problem>): string {
  const seen = new Set<string>();
  let last = id;
  while (!seen.has(last)) {
    seen.add(last);
    const problem = problems.get(last);
    const into = problem === undefined ? undefined : mergedInto(problem);
    if (typeof into === 'string') last = into;
  }
  return last;
}

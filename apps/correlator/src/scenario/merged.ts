import type { Problem } from '../decide/state.js';

/** What a problem is part of at the end. */
export function survivorOf(id: string, problems: ReadonlyMap<string, Problem>): string {
  const seen = new Set<string>();
  let last = id;
  while (!seen.has(last)) {
    seen.add(last);
    last = problems.get(last)?.mergedInto?.problemId ?? last;
  }
  return last;
}

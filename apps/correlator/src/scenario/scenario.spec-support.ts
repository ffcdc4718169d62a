import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Labels } from '@gomon/contracts';
import { judge, type Judgement } from './judge.js';
import type { Played, PlayedMember, PlayedProblem } from './played.js';
import { readScenario } from './scenario-file.js';

export const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));

export function fixture(name: string): string {
  return readFileSync(`${FIXTURES}/${name}.yaml`, 'utf8');
}

/** Runs a scenario that is given as the text of its file. */
export function judged(text: string): Judgement {
  const read = readScenario(text);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return judge(read.scenario, read.rules);
}

/** Runs steps that are given as lines of YAML. */
export function played(steps: readonly string[], more = ''): Played {
  return judged(`name: spec\n${more}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`).played;
}

/** A problem of such alerts, the first of them its primary. */
export function problemOf(
  id: string,
  all: readonly Labels[],
  more: Partial<PlayedProblem> = {},
): PlayedProblem {
  const members = all.map((labels): PlayedMember => ({ source: 'grafana', labels, firstAt: 0 }));
  const [primary = {}] = all;
  return { id, primary, severity: 'P2', reason: 'a reason', members, isMuted: false, ...more };
}

/** What came of a scenario with these problems; each of them was told, if nothing else is said. */
export function playedWith(problems: readonly PlayedProblem[], more: Partial<Played> = {}): Played {
  return {
    name: 'spec',
    observations: problems.flatMap(({ members }) => members).length,
    problems,
    incidents: [],
    notifications: problems.map(({ id, primary }) => ({ at: 0, problemId: id, primary, channel: '#a' })),
    mutes: [],
    why: [],
    faults: [],
    ...more,
  };
}

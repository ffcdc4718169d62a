import type { Rules } from '../decide/rules.js';
import { failuresOf } from './expect.js';
import { runScenario } from './run-scenario.js';
import type { Scenario } from './scenario-file.js';
import type { Judged } from './score.js';

export interface Judgement extends Judged {
  /** What does not hold of what was expected, in words. */
  readonly failures: readonly string[];
}

/** Runs a scenario, and holds what comes of it against what is expected. */
export function judge(scenario: Scenario, rules: Rules): Judgement {
  const { expect } = scenario;
  const played = runScenario(scenario, rules);
  const failures = failuresOf(played, expect);
  return { played, expect, failures, ok: failures.length === 0 };
}

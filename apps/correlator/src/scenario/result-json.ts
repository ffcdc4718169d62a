import type { Judgement } from './judge.js';
import type { Scores } from './score.js';

/** The result of a set as others read it. */
export function resultJson(judgements: readonly Judgement[], scores: Scores): unknown {
  return {
    scenarios: judgements.map(({ played, ok, failures }) => ({
      name: played.name,
      ok,
      problems: played.problems.map(({ primary, severity, reason, members }) => ({
        primary,
        severity,
        reason,
        members,
      })),
      incidents: played.incidents.map(({ at, primary }) => ({ at, primary })),
      notifications: played.notifications.map(({ at, channel, primary }) => ({ at, channel, primary })),
      why: played.why,
      failures,
    })),
    scores,
  };
}

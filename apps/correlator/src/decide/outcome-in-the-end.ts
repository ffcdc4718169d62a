import type { Mute } from '@gomon/contracts';
import type { Outcome } from './changes.js';
import type { Moved } from './put-together.js';

/** What a transaction made of its alerts and problems after its inputs were decided. */
export interface Sequel {
  /** By alert: those that belong to another problem than before. */
  readonly placed: ReadonlyMap<string, Moved>;
  /** Problems of which the next digest tells. */
  readonly heldBack: ReadonlySet<string>;
  /** By problem. */
  readonly mutedBy: ReadonlyMap<string, readonly Mute[]>;
}

/** What became of an input, once it is known where its alert belongs and whether that is told. */
export function outcomeInTheEnd(outcome: Outcome, { placed, heldBack, mutedBy }: Sequel): Outcome {
  return withMute(withDigest(withPlace(outcome, placed), heldBack, mutedBy), mutedBy);
}

/** What became part of another problem is told with that. */
function withPlace(outcome: Outcome, placed: ReadonlyMap<string, Moved>): Outcome {
  if (outcome.kind !== 'observation' || outcome.alertId === undefined) return outcome;
  const moved = placed.get(outcome.alertId);
  if (moved === undefined || moved.from !== outcome.problemId) return outcome;
  const end = outcome.end === 'told' ? 'merged' : outcome.end;
  const why = `${outcome.why}; ${moved.why}`;
  return { ...outcome, end, problemId: moved.to, why, evidence: { ...outcome.evidence, problem: moved.why } };
}

/** What happens to one of many in a storm is told by the next digest. */
function withDigest(
  outcome: Outcome,
  heldBack: ReadonlySet<string>,
  mutedBy: ReadonlyMap<string, unknown>,
): Outcome {
  if (outcome.kind !== 'observation' || !['told', 'merged'].includes(outcome.end)) return outcome;
  const { problemId = '' } = outcome;
  if (!heldBack.has(problemId) || mutedBy.has(problemId)) return outcome;
  return { ...outcome, end: 'digested', why: `${outcome.why}; in a storm: the next digest tells it` };
}

/** What would have been told, and is muted, ends so. */
function withMute(outcome: Outcome, mutedBy: ReadonlyMap<string, readonly Mute[]>): Outcome {
  if (outcome.kind !== 'observation' || outcome.end !== 'told') return outcome;
  const by = mutedBy.get(outcome.problemId ?? '');
  if (by === undefined) return outcome;
  const mute = by.map(({ why }) => why).join('; ');
  return {
    ...outcome,
    end: 'muted',
    why: `${outcome.why}; ${mute}`,
    evidence: { ...outcome.evidence, mute },
  };
}

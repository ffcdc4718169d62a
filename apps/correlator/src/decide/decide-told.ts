import type { CommandEvent, Told } from '@gomon/contracts';
import { noted, nothing, type Changes } from './changes.js';
import type { Problem, State } from './state.js';

type RecordTold = Extract<CommandEvent, { type: 'gomon.command.v1.record-told' }>['data'];

/** A receiver has told a problem, or cannot. Neither is anything to tell: the problem keeps its version. */
export function decideTold(state: State, { problemId, outcome }: RecordTold, now: string): Changes {
  const problem = state.problems.get(problemId);
  if (problem === undefined) {
    return nothing({ kind: 'command', outcome: 'not-found', message: `there is no problem ${problemId}` });
  }
  const changed =
    outcome.kind === 'told' ? withTold(problem, outcome.told) : withFailure(problem, outcome, now);
  const command = { kind: 'command', problemId } as const;
  if (changed === problem) return nothing({ ...command, outcome: 'without-effect', message: 'known' });
  return {
    alerts: [],
    problems: [{ problem: changed }],
    actions: [],
    outcome: { ...command, outcome: 'done', message: 'recorded' },
  };
}

/** One message a receiver: where it was posted again, the newer one stands. */
function withTold(problem: Problem, told: Told): Problem {
  const known = problem.told.find(({ receiver }) => receiver === told.receiver);
  const isNews =
    known === undefined || (known.ts === told.ts ? known.version < told.version : known.at < told.at);
  const untold = problem.untold.filter(({ version }) => version > told.version);
  if (!isNews && untold.length === problem.untold.length) return problem;
  return {
    ...problem,
    untold,
    told: isNews
      ? [...problem.told.filter(({ receiver }) => receiver !== told.receiver), told]
      : problem.told,
  };
}

function withFailure(
  problem: Problem,
  failure: { receiver: string; channel: string; reason: string },
  now: string,
): Problem {
  const text = `cannot be told in ${failure.channel} (${failure.receiver}): ${failure.reason}`;
  return problem.timeline.at(-1)?.text === text ? problem : noted(problem, now, text);
}

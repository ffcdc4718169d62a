import type { Board, BoardProblem, HistoryItem, TaskOf } from '@gomon/contracts';
import { statusOf } from '../decide/views.js';
import type { World } from '../scenario/world.js';
import { counted } from './compare.js';
import { momentsOf } from './moments.js';
import { worstFirst } from './read-board.js';
import { Replay, rulesFrom } from './replay.js';

export interface BoardAt {
  readonly at: string;
  /** replay: decided anew from what is stored, and the same as the audit says. audit: by the audit alone. */
  readonly by: 'replay' | 'audit';
  readonly problems: readonly BoardProblem[];
  /** False: there were more. */
  readonly complete: boolean;
  /** What cannot be known, in words. */
  readonly unknown: readonly string[];
}

/** What was open at a time: decided anew, where that comes to what the audit says; else by the audit. */
export async function boardAt(task: TaskOf<'board'>, items: AsyncIterable<HistoryItem>): Promise<BoardAt> {
  const { at, board } = task;
  if (board.replayFrom === undefined) return byAudit(board);
  const [first, ...next] = rulesFrom(task.rules, task.decidesBy);
  if (first === undefined) throw new Error('there are no rules');
  const replay = new Replay(task, [first, ...next], at, () => ({ take: () => undefined }));
  for await (const moment of momentsOf(items)) if (moment.at <= at) replay.take(moment);
  replay.passUntil(at);
  const problems = problemsIn(replay.world).toSorted(worstFirst);
  const others = otherThan(board, problems);
  if (others.length > 0) {
    const shown = others.slice(0, 3).join(', ');
    return byAudit(
      board,
      `decided anew, it is not what the audit says of ${counted(others.length, 'problem')}: ${shown}`,
    );
  }
  return { at, by: 'replay', problems, complete: true, unknown: [] };
}

function byAudit({ at, problems, complete, unknown }: Board, ...why: readonly string[]): BoardAt {
  return { at, by: 'audit', problems, complete, unknown: [...unknown, ...why] };
}

function problemsIn({ problems, alerts, membersOf }: World): readonly BoardProblem[] {
  return [...problems.values()].flatMap((problem) => {
    const { id, primaryId, acknowledged, incident, muted } = problem;
    if (problem.resolved !== undefined || problem.archived !== undefined) return [];
    const firing = [...membersOf(id)].flatMap((alertId) => {
      const alert = alerts.get(alertId);
      return alert === undefined || alert.resolved !== undefined ? [] : [alert];
    });
    const sorted = [
      ...firing.filter((alert) => alert.id === primaryId),
      ...firing.filter((alert) => alert.id !== primaryId),
    ];
    return [
      {
        id,
        scope: problem.scope,
        severity: problem.severity,
        status: statusOf(problem),
        title: problem.title,
        since: problem.openedAt,
        ...(acknowledged === undefined
          ? {}
          : {
              acknowledged: {
                at: acknowledged.at,
                by: acknowledged.by,
                ...(acknowledged.note === undefined ? {} : { note: acknowledged.note }),
              },
            }),
        muted: muted !== undefined,
        ...(incident === undefined ? {} : { incidentId: incident.id }),
        members: sorted.map(({ id: alertId, title, severity }) => ({ alertId, title, severity })),
        firing: firing.length,
      },
    ];
  });
}

/** Titles of problems that are by one of them alone, or have other alerts. */
function otherThan({ problems, complete }: Board, anew: readonly BoardProblem[]): readonly string[] {
  const said = new Map(problems.map((problem) => [problem.id, problem]));
  const decided = new Map(anew.map((problem) => [problem.id, problem]));
  const missing = problems.filter(({ id }) => !decided.has(id));
  const more = complete ? anew.filter(({ id }) => !said.has(id)) : [];
  const changed = anew.filter(({ id, firing, members }) => {
    const other = said.get(id);
    if (other === undefined) return false;
    const ids = new Set(members.map(({ alertId }) => alertId));
    return other.firing !== firing || !other.members.every(({ alertId }) => ids.has(alertId));
  });
  return [...missing, ...more, ...changed].map(({ title }) => title);
}

/** For a person. */
export function boardText({ at, by, problems, complete, unknown }: BoardAt): string {
  const how = by === 'replay' ? 'decided anew from what came in' : 'by the audit';
  return [
    `${problems.length === 0 ? 'nothing was open' : `${problems.length} open`} at ${at}, ${how}`,
    ...problems.flatMap(problemLines),
    ...(complete ? [] : ['and more, which are not shown']),
    ...unknown.map((what) => `unknown: ${what}`),
  ].join('\n');
}

/** So many alerts of a problem are shown; all of them are in the JSON. */
const SHOWN = 10;

function problemLines(problem: BoardProblem): readonly string[] {
  const { severity, status, title, since, id, acknowledged, muted, incidentId, members, firing } = problem;
  const more = firing - Math.min(members.length, SHOWN);
  return [
    `${severity} ${title}: ${status}${muted ? ', muted' : ''}, since ${since} (${id})`,
    ...(acknowledged === undefined
      ? []
      : [`    acknowledged by ${acknowledged.by.name ?? acknowledged.by.id} at ${acknowledged.at}`]),
    ...(incidentId === undefined ? [] : [`    incident ${incidentId}`]),
    ...members.slice(0, SHOWN).map((member) => `    ${member.severity} ${member.title}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

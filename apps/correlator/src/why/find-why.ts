import type { Actor, Decision, Evidence, WhyAlert } from '@gomon/contracts';
import type { Reader } from '../database/transaction.js';
import type { EvidenceBy } from '../decide/changes.js';
import type { Alert, Problem } from '../decide/state.js';
import { statusOf } from '../decide/views.js';
import { alertsWhere, problemsById } from '../store/load-state.js';

/** The last of what was decided; all of it is in `alert_actions`. */
const MOST = 500;

interface ActionRow {
  readonly at: Date;
  readonly action: string;
  readonly actor: Actor;
  readonly why: string;
  readonly before: string | null;
  readonly cause: string;
  readonly rules_version: number | null;
  readonly decided: readonly { readonly alertId?: string; readonly evidence?: EvidenceBy }[] | null;
}

/** Everything that was decided about an alert. Undefined: there is no such alert. */
export async function findWhy(reader: Reader, id: string): Promise<WhyAlert | undefined> {
  const [alert] = await alertsWhere(reader, 'id', [id]);
  if (alert === undefined) return undefined;
  const [[problem], rows] = await Promise.all([
    problemsById(reader, [alert.problemId]),
    reader.query<ActionRow>(
      `select * from (
         select a.id, a.at, a.action, a.actor, a.why, a.before, a.cause, a.rules_version, d.decided
         from alert_actions a left join decisions d on d.cause = a.cause
         where a.alert_id = $1 order by a.at desc, a.id desc limit ${MOST}) newest
       order by at, id`,
      [id],
    ),
  ]);
  return {
    alertId: alert.id,
    problemId: alert.problemId,
    title: alert.title,
    severity: alert.severity,
    status: statusOf(alert),
    now: problem === undefined ? [] : presentOf(alert, problem),
    muted: alert.muted?.by ?? [],
    decisions: rows.map((row, index) =>
      decisionOf(
        row,
        rows.findIndex(({ cause }) => cause === row.cause) === index ? evidenceIn(row, id) : [],
      ),
    ),
    observations: alert.observations,
    lastSeenAt: alert.lastSeenAt,
    ...(problem?.announced === undefined ? {} : { announced: problem.announced }),
    told: [...(problem?.told ?? [])],
  };
}

/** What one cause was decided on stands at the first that came of it. */
function evidenceIn({ decided }: ActionRow, alertId: string): Evidence[] {
  const by: EvidenceBy = (decided ?? [])
    .filter((one) => one.alertId === alertId)
    .reduce<EvidenceBy>((all, { evidence = {} }) => ({ ...all, ...evidence }), {});
  return ABOUT.flatMap((about) => (by[about] === undefined ? [] : [{ about, why: by[about] }]));
}

/** In the order in which they are told. */
const ABOUT = ['severity', 'owner', 'route', 'hold', 'incident', 'mute', 'flapping', 'identity'] as const;

function decisionOf(row: ActionRow, evidence: Evidence[]): Decision {
  return {
    at: row.at.toISOString(),
    kind: row.action,
    by: row.actor,
    why: row.why,
    ...(row.before === null ? {} : { before: row.before }),
    cause: row.cause,
    ...(row.rules_version === null ? {} : { rulesVersion: row.rules_version }),
    evidence,
  };
}

/** What holds now, in words. */
function presentOf(alert: Alert, problem: Problem): string[] {
  const { told, heldUntil, announced } = problem;
  const places = told.map(({ channel, at }) => `told in ${channel} at ${at}`);
  const nowhere = announced === undefined ? 'nobody was told' : `to be told in ${problem.channel}`;
  return [
    ...(places.length === 0 ? [nowhere] : places),
    ...(heldUntil !== undefined && places.length === 0 ? [`held until ${heldUntil}`] : []),
    ...(alert.muted?.by.map(({ why }) => why) ?? []),
    ...(alert.flappingSince === undefined ? [] : [`flapping since ${alert.flappingSince}`]),
    ...(problem.asking === undefined || problem.dueAt === undefined || problem.muted !== undefined
      ? []
      : [`nobody has acknowledged it: looked at again at ${problem.dueAt}`]),
  ];
}

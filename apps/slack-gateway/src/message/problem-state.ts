import type { Actor, ProblemView } from '@gomon/contracts';
import { fitted, isBlank, link, meaningful, oneLine, safeUrl, slackTime } from './escape.js';

const LONGEST_URL = 2_000;

const SEVERITY_EMOJI = {
  P0: '🚨',
  P1: '🔴',
  P2: '🟠',
  P3: '🟡',
  P4: '🔵',
} as const;

/** The headline: how bad, what. */
export function headlineOf(problem: ProblemView): string {
  return `${emojiOf(problem)} ${problem.severity} ${titleOf(problem)}`;
}

/** The same for notifications and screen readers, with the state as a word. */
export function spokenHeadlineOf(problem: ProblemView): string {
  const { status, severity } = problem;
  return `${emojiOf(problem)} ${severity} ${status}: ${titleOf(problem)}`;
}

function titleOf({ title, source }: ProblemView): string {
  const said = meaningful(oneLine(title));
  return isBlank(said) ? `Unnamed alert of ${source.kind}` : said;
}

function emojiOf({ status, resolved, severity }: ProblemView): string {
  if (status === 'archived') return '🗄️';
  return resolved === undefined ? SEVERITY_EMOJI[severity] : '✅';
}

/** What state it is in since when, who is on it, how it ended. */
export function stateLineOf(problem: ProblemView): string {
  return [
    ...stateOf(problem),
    ...acknowledgementOf(problem),
    ...assignmentOf(problem),
    ...countsOf(problem),
    ...stormOf(problem),
  ].join(' · ');
}

function stateOf(problem: ProblemView): readonly string[] {
  const { status, resolved, startsAt } = problem;
  if (status === 'archived') return [`*Archived*${byWhom(resolved?.actor)}${because(resolved?.reason)}`];
  if (resolved === undefined) {
    return [`*Firing* since ${slackTime(startsAt)}`, ...escalationOf(problem)];
  }
  const how = {
    source: ' by its source',
    person: byWhom(resolved.actor),
    timeout: ': not repeated any more',
    reconciliation: ': no longer there',
    merge: ': it is part of another problem now',
  }[resolved.by];
  const lasted = span(Date.parse(resolved.at) - Date.parse(startsAt));
  const what = resolved.noise === true ? 'Marked as noise' : 'Resolved';
  const still = problem.stillReported ?? [];
  return [
    `*${what}*${how} ${slackTime(resolved.at)}, after ${lasted}${because(resolved.reason)}`,
    ...(still.length === 0 ? [] : [`⚠️ its source still reports ${fitted(oneLine(still.join(', ')), 300)}`]),
  ];
}

function escalationOf({ escalated }: ProblemView): readonly string[] {
  if (escalated === undefined) return [];
  const { from, to, by, note } = escalated;
  const what = to < from ? '📣 *escalated*' : 'de-escalated';
  return [`${what} from ${from}${byWhom(by)}${because(note)}`];
}

function assignmentOf({ assigned }: ProblemView): readonly string[] {
  return assigned === undefined ? [] : [`👤 ${fitted(oneLine(assigned.to), 80)}`];
}

function acknowledgementOf({ acknowledged, resolved }: ProblemView): readonly string[] {
  if (acknowledged === undefined) return [];
  const { by, at, note } = acknowledged;
  return resolved === undefined
    ? [`👀 *acknowledged*${byWhom(by)} ${slackTime(at)}${because(note)}`]
    : [`👀 it was acknowledged${byWhom(by)}`];
}

/** Who has to own it, where: empty for a problem that is no incident. */
export function incidentLineOf({ incident }: ProblemView): string {
  if (incident === undefined) return '';
  const { linked, failure, status } = incident;
  const url = linked === undefined ? undefined : safeUrl(linked.externalUrl, LONGEST_URL);
  const place = url === undefined ? 'Opsgenie' : link(url, 'in Opsgenie');
  if (failure !== undefined && status === 'open') {
    return `🚒 *Incident*: ⚠️ ${fitted(oneLine(failure.reason), 300)}${linked === undefined ? '' : ` (${place})`}`;
  }
  if (linked === undefined) return status === 'open' ? '🚒 *Incident*: being created in Opsgenie' : '';
  return `🚒 *Incident* ${status} ${place}`;
}

/** What lies behind it, as far as that is known, and where its alerts are now; empty: it stands for itself. */
export function causeLineOf({ likelyCause, mergedInto }: ProblemView): string {
  if (mergedInto !== undefined) {
    return `➡️ Part of problem ${mergedInto.problemId}: ${fitted(oneLine(mergedInto.why), 500)}`;
  }
  if (likelyCause === undefined) return '';
  const percent = Math.round(likelyCause.score * 100);
  return `🔎 Likely cause (${percent} %): ${fitted(oneLine(likelyCause.why), 500)}`;
}

/** What keeps it from being told again; empty: nothing. */
export function quietLineOf({ muted, flappingSince, resolved }: ProblemView): string {
  if (resolved !== undefined) return '';
  const flapping = flappingSince === undefined ? [] : ['〰️ Flapping: quiet until it is stable'];
  const by = (muted?.by ?? []).flatMap((one) =>
    one.kind === 'flapping' ? [] : [`🔕 ${fitted(oneLine(one.why), 500)}`],
  );
  return [...flapping, ...by].join('\n');
}

function countsOf({ counts }: ProblemView): readonly string[] {
  return counts.total > 1 ? [`${counts.firing} of ${counts.total} alerts firing`] : [];
}

/** Its counts stand still between two digests. */
function stormOf({ storm }: ProblemView): readonly string[] {
  return storm === undefined
    ? []
    : [`🌩️ *storm* since ${slackTime(storm.since)}, digests in the thread tell who joins`];
}

function byWhom(actor: Actor | undefined): string {
  if (actor === undefined) return '';
  return ` by ${fitted(oneLine(actor.name ?? actor.id), 80)}`;
}

function because(text: string | undefined): string {
  return text === undefined || isBlank(text) ? '' : ` (${fitted(oneLine(text), 300)})`;
}

function span(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1_440)} days`;
}

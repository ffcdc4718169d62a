import { labelOf, type ProblemView, type Tell } from '@gomon/contracts';
import { fitted, link, safeUrl, slackTime } from './escape.js';

/** A message as Slack takes it. */
export interface Rendered {
  /** For notifications and screen readers; an update takes 4,000 characters. */
  readonly text: string;
  readonly blocks: readonly Record<string, unknown>[];
}

export const ACTIONS = { acknowledge: 'acknowledge', resolve: 'resolve' } as const;

const LIMITS = { text: 3_000, header: 150, section: 2_800, field: 1_900 };
const MOST_LABELS = 12;

const SEVERITY_EMOJI = {
  P0: ':rotating_light:',
  P1: ':red_circle:',
  P2: ':large_orange_circle:',
  P3: ':large_yellow_circle:',
  P4: ':large_blue_circle:',
} as const;

/** Labels that say most come first; the rest follows by name. */
const FIRST_LABELS = [
  'cluster',
  'environment',
  'env',
  'namespace',
  'service',
  'app',
  'job',
  'workload',
  'pod',
  'node',
  'instance',
];
/** Shown elsewhere in the message. */
const HIDDEN_LABELS = new Set(['alertname', 'severity', 'rulename']);
const TEXT_ANNOTATIONS = ['summary', 'description', 'message'] as const;

/** A problem as a message: what, how bad, since when, who is on it, what to look at. Pure. */
export function renderProblem(
  problem: ProblemView,
  tell: Pick<Tell, 'channel'>,
  more: { readonly note?: string } = {},
): Rendered {
  const headline = headlineOf(problem);
  return {
    text: fitted(`${headline}${summaryOf(problem) === '' ? '' : `: ${summaryOf(problem)}`}`, LIMITS.text),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: plain(headline, LIMITS.header), emoji: true } },
      ...(more.note === undefined ? [] : [context([`:information_source: ${fitted(more.note, 500)}`])]),
      ...section(stateLine(problem)),
      ...TEXT_ANNOTATIONS.flatMap((name) => section(fitted(annotation(problem, name), LIMITS.section))),
      ...section(labelsLine(problem)),
      ...section(linksLine(problem)),
      context([aboutLine(problem, tell)]),
      ...buttons(problem),
    ],
  };
}

/** The same with nothing that could be at fault: when Slack refuses the message. */
export function renderPlainly(problem: ProblemView): Rendered {
  const text = fitted(`${headlineOf(problem)}. Problem ${problem.id}`, 500);
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }, ...buttons(problem)] };
}

function headlineOf(problem: ProblemView): string {
  const { counts } = problem;
  const many = counts.total > 1 ? ` (${counts.firing} of ${counts.total} firing)` : '';
  return `${stateEmoji(problem)} ${problem.severity} ${problem.title}${many}`;
}

function stateEmoji(problem: ProblemView): string {
  if (problem.status === 'archived') return ':file_cabinet:';
  if (problem.resolved !== undefined) return ':white_check_mark:';
  return SEVERITY_EMOJI[problem.severity];
}

function stateLine(problem: ProblemView): string {
  const since = `since ${slackTime(problem.startsAt)}`;
  const { resolved, acknowledged } = problem;
  if (problem.status === 'archived') return `*Archived*${byWhom(resolved?.actor)}${reason(resolved?.reason)}`;
  if (resolved !== undefined) {
    const how = {
      source: ' by its source',
      person: byWhom(resolved.actor),
      timeout: ': not repeated any more',
    }[resolved.by];
    const lasted = span(Date.parse(resolved.at) - Date.parse(problem.startsAt));
    return `*Resolved*${how} ${slackTime(resolved.at)}, after ${lasted}${reason(resolved.reason)}`;
  }
  if (acknowledged !== undefined) {
    return `*Firing* ${since} · :eyes: *acknowledged*${byWhom(acknowledged.by)} ${slackTime(acknowledged.at)}${reason(acknowledged.note)}`;
  }
  return `*Firing* ${since}`;
}

function byWhom(
  actor: { readonly kind: string; readonly id: string; readonly name?: string | undefined } | undefined,
): string {
  if (actor === undefined) return '';
  return ` by ${fitted(actor.name ?? actor.id, 80)}`;
}

function reason(text: string | undefined): string {
  return text === undefined || text === '' ? '' : ` (${fitted(text, 300)})`;
}

function summaryOf(problem: ProblemView): string {
  return (
    annotation(problem, 'summary') || annotation(problem, 'description') || annotation(problem, 'message')
  );
}

/** Go's templates leave `<no value>` where there was none: that tells nobody anything. */
function annotation(problem: ProblemView, name: string): string {
  const text = labelOf(problem.primary.annotations, name)
    .replaceAll('<no value>', '')
    .replaceAll('[no value]', '')
    .trim();
  return /^(undefined|null|NaN|nil|<nil>)$/i.test(text) ? '' : text;
}

function labelsLine(problem: ProblemView): string {
  const labels = Object.entries(problem.primary.labels).filter(
    ([name, value]) => !HIDDEN_LABELS.has(name) && value !== '',
  );
  const rank = (name: string) => {
    const index = FIRST_LABELS.indexOf(name);
    return index < 0 ? FIRST_LABELS.length : index;
  };
  const shown = labels
    .toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, MOST_LABELS)
    .map(([name, value]) => `\`${code(name, 60)}=${code(value, 100)}\``);
  const values = Object.entries(problem.primary.values ?? {})
    .filter(([, value]) => value !== null)
    .slice(0, 5)
    .map(([name, value]) => `\`${code(name, 60)} = ${String(value)}\``);
  const left = labels.length - shown.length;
  return [...values, ...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('  ');
}

/** Inside of backticks no backtick may stand. */
function code(text: string, longest: number): string {
  return fitted(text.replaceAll('`', "'").replace(/\s+/g, ' '), longest);
}

function linksLine(problem: ProblemView): string {
  const { primary } = problem;
  const links: readonly (readonly [string, string | undefined])[] = [
    ['Runbook', labelOf(primary.annotations, 'runbook_url') || labelOf(primary.annotations, 'runbook')],
    ['Dashboard', primary.dashboardUrl],
    ['Panel', primary.panelUrl],
    ['Source', primary.generatorUrl],
    ['Silence at the source', primary.silenceUrl],
  ];
  return links
    .flatMap(([label, target]) => {
      const url = safeUrl(target);
      return url === undefined ? [] : [link(url, label)];
    })
    .join(' · ');
}

function aboutLine(problem: ProblemView, tell: Pick<Tell, 'channel'>): string {
  const { source, id } = problem;
  const last = problem.timeline.at(-1);
  const parts = [
    fitted(`${source.kind}${source.instance === 'default' ? '' : `/${source.instance}`}`, 120),
    fitted(tell.channel, 80),
    `problem ${id}`,
    ...(last === undefined ? [] : [fitted(last.text, 200)]),
  ];
  return parts.join(' · ');
}

function buttons(problem: ProblemView): readonly Record<string, unknown>[] {
  if (problem.resolved !== undefined || problem.status === 'archived') return [];
  const button = (action: string, text: string, style?: string) => ({
    type: 'button',
    action_id: action,
    value: problem.id,
    text: { type: 'plain_text', text },
    ...(style === undefined ? {} : { style }),
  });
  const acknowledge =
    problem.acknowledged === undefined ? [button(ACTIONS.acknowledge, 'Acknowledge', 'primary')] : [];
  return [{ type: 'actions', elements: [...acknowledge, button(ACTIONS.resolve, 'Resolve')] }];
}

function section(text: string): readonly Record<string, unknown>[] {
  return text === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }];
}

function context(texts: readonly string[]): Record<string, unknown> {
  return { type: 'context', elements: texts.map((text) => ({ type: 'mrkdwn', text, verbatim: true })) };
}

/** plain_text reads no mentions, but cuts and escapes count all the same. */
function plain(text: string, longest: number): string {
  return fitted(text, longest);
}

function span(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1_440)} days`;
}

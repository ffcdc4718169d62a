import type { Announcement, ProblemView, Tell } from '@gomon/contracts';
import { context, header, mrkdwn, plain, section, type Block } from './blocks.js';
import { fitted, isBlank, oneLine } from './escape.js';
import { hasRunbook, labelsLineOf, linksOf, membersOf, textsOf } from './problem-facts.js';
import {
  causeLineOf,
  headlineOf,
  incidentLineOf,
  quietLineOf,
  spokenHeadlineOf,
  stateLineOf,
} from './problem-state.js';

/** A message as Slack takes it. */
export interface Rendered {
  /** For notifications and screen readers; an update takes 4,000 characters. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

export const ACTIONS = {
  acknowledge: 'acknowledge',
  resolve: 'resolve',
  openIncident: 'open-incident',
  unacknowledge: 'unacknowledge',
  escalate: 'escalate',
  assignToMe: 'assign-to-me',
  reopen: 'reopen',
  more: 'more',
} as const;

/** What stands in the menu: each with what its value begins with. */
export const CHOICES = {
  expire: 'expire-silence',
  why: 'why',
  silence: 'silence',
  silenceUntilResolved: 'silence-until-resolved',
} as const;

const HOUR_MS = 3_600_000;
const WHY = ['Why?', CHOICES.why] as const;
const SILENCES = [
  ['Silence for 1 hour', `${CHOICES.silence}:${HOUR_MS}`],
  ['Silence for 8 hours', `${CHOICES.silence}:${8 * HOUR_MS}`],
  ['Silence until resolved', CHOICES.silenceUntilResolved],
] as const;

/**
 * A problem as a message: what, how bad, since when, who is on it, what to look at. Pure. All of it together stays below
 * 13,000 characters, where Slack was seen to refuse messages.
 *
 * What comes from outside stands in plain_text, where no character has a meaning; mrkdwn is for our own words and links.
 */
export function renderProblem(
  problem: ProblemView,
  tell: Pick<Tell, 'channel'>,
  more: { readonly note?: string } = {},
): Rendered {
  const { links, other } = linksOf(problem);
  return {
    text: textOf(problem),
    blocks: [
      header(fitted(headlineOf(problem), 150)),
      ...(more.note === undefined ? [] : [context([plain(fitted(`ℹ️ ${more.note}`, 500))])]),
      { type: 'section', text: mrkdwn(stateLineOf(problem)), ...menuOf(problem) },
      ...section(mrkdwn(incidentLineOf(problem))),
      ...section(plain(causeLineOf(problem))),
      ...section(plain(quietLineOf(problem))),
      ...textsOf(problem).flatMap((text) => section(plain(text))),
      ...section(plain(membersOf(problem))),
      ...section(plain(labelsLineOf(problem))),
      ...section(mrkdwn(links)),
      ...(hasRunbook(problem) ? [] : [context([plain('No runbook: nobody has said what to do about it.')])]),
      ...(other.length === 0 ? [] : [context(other.map(plain))]),
      context(aboutOf(problem, tell).map(plain)),
      ...buttons(problem),
    ],
  };
}

/** A reply that asks for attention once more, with why. */
export function renderAnnouncement(problem: ProblemView, { why, mention = [] }: Announcement): Rendered {
  const text = fitted(`📣 ${spokenHeadlineOf(problem)}: ${oneLine(why)}`, 1_000);
  const whom = mention.flatMap((id) => mentionOf(id) ?? []).join(' ');
  return {
    text: whom === '' ? text : `${whom} ${text}`,
    blocks: [...section(plain(text)), ...section(mrkdwn(whom))],
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text#mentioning-users */
function mentionOf(id: string): string | undefined {
  if (id === 'here' || id === 'channel') return `<!${id}>`;
  if (/^[UW][A-Z0-9]+$/.test(id)) return `<@${id}>`;
  return /^S[A-Z0-9]+$/.test(id) ? `<!subteam^${id}>` : undefined;
}

/** The same with nothing that could be at fault: when Slack refuses the message. */
export function renderPlainly(problem: ProblemView): Rendered {
  const text = fitted(`${spokenHeadlineOf(problem)}. Problem ${problem.id}`, 500);
  return { text, blocks: [...section(plain(text)), ...buttons(problem)] };
}

function textOf(problem: ProblemView): string {
  const [summary] = textsOf(problem);
  const headline = fitted(spokenHeadlineOf(problem), 1_000);
  return summary === undefined ? headline : `${headline}: ${summary}`;
}

function aboutOf(
  { source, id, timeline, primary }: ProblemView,
  { channel }: Pick<Tell, 'channel'>,
): string[] {
  const last = timeline.at(-1)?.text;
  const { owner, workload, node } = primary.about;
  return [
    source.instance === 'default' ? source.kind : `${source.kind}/${source.instance}`,
    channel,
    ...(owner === undefined ? [] : [`team ${owner}`]),
    ...(workload === undefined ? [] : [workload]),
    ...(node === undefined ? [] : [`node ${node}`]),
    `problem ${id}`,
    ...(last === undefined ? [] : [last]),
  ].flatMap((text) => (isBlank(text) ? [] : [fitted(oneLine(text), 200)]));
}

function buttons(problem: ProblemView): readonly Block[] {
  const button = (action: string, text: string) => ({
    type: 'button',
    action_id: action,
    value: problem.id,
    text: { type: 'plain_text', text },
  });
  const actions = (...elements: readonly Block[]) => [{ type: 'actions', elements }];
  if (problem.status === 'archived') return [];
  if (problem.resolved !== undefined) {
    return problem.resolved.by === 'person' ? actions(button(ACTIONS.reopen, 'Undo: it is not over')) : [];
  }
  return actions(
    problem.acknowledged === undefined
      ? { ...button(ACTIONS.acknowledge, 'Acknowledge'), style: 'primary' }
      : button(ACTIONS.unacknowledge, 'Un-acknowledge'),
    button(ACTIONS.resolve, 'Resolve'),
    ...(problem.severity === 'P0' ? [] : [button(ACTIONS.escalate, 'Escalate')]),
    button(ACTIONS.assignToMe, 'Assign to me'),
    ...(problem.incident === undefined ? [button(ACTIONS.openIncident, 'Create incident')] : []),
  );
}

/** Beside the state of a problem; what is over cannot be silenced any more. */
function menuOf({ id, status, resolved, muted }: ProblemView): { readonly accessory?: Block } {
  if (status === 'archived') return {};
  const silence = muted?.by.find(({ kind }) => kind === 'silence');
  const quiet =
    silence?.kind === 'silence'
      ? [['End the silence', `${CHOICES.expire}:${silence.silenceId}`] as const]
      : SILENCES;
  const choices = resolved === undefined ? [WHY, ...quiet] : [WHY];
  const options = choices.map(([text, value]) => ({
    text: { type: 'plain_text', text },
    value: `${value}:${id}`,
  }));
  return { accessory: { type: 'overflow', action_id: ACTIONS.more, options } };
}

import {
  alertsText,
  doneText,
  itemText,
  problemsText,
  ruleUsageText,
  silencesText,
  tokenText,
  tokensText,
  whyText,
  previewText,
} from './texts.js';

/** What the options of a command line said, as they came. */
export type Given = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A command that is one call of the REST API. */
export interface ApiCommand {
  readonly words: readonly [string, string] | readonly [string];
  /** What must follow the words. */
  readonly argument?: 'ID' | 'NAME' | 'TEXT';
  /** Of them, which take a value. */
  readonly options: readonly string[];
  readonly does: string;
  readonly call: (argument: string, given: Given) => ApiCall;
  /** The answer for a person. */
  readonly text: (answer: unknown) => string;
}

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** Options that are passed on as query parameters under another name, or as they are. */
const FILTERS = [
  'status',
  'severity',
  'source',
  'namespace',
  'assignee',
  'muted',
  'since',
  'until',
  'match',
  'limit',
];

function query(given: Given, names: readonly string[]): string {
  const parameters = new URLSearchParams();
  for (const name of names) {
    const value = given[name];
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
      if (typeof one === 'string') parameters.append(name === 'match' ? 'filter' : name, one);
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** The body without what was not given. */
function bodyOf(fields: Given): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function recurrenceOf(given: Given): Given {
  const { rrule, timezone, window } = given;
  return rrule === undefined
    ? {}
    : { recurrence: { rrule, timezone: timezone ?? 'UTC', duration: window } as never };
}

/** A command that does something to one thing: what its options say is the body. */
function acts(
  thing: 'alerts' | 'problems',
  word: string,
  does: string,
  options: readonly string[],
  { method = 'PUT', path = word }: { readonly method?: 'PUT' | 'POST'; readonly path?: string } = {},
): ApiCommand {
  return {
    words: [thing, word],
    argument: 'ID',
    options,
    does,
    call: (id, given) => ({
      method,
      path: `/${thing}/${id}/${path}`,
      body: bodyOf(Object.fromEntries(options.map((name) => [name, given[name]]))),
    }),
    text: doneText,
  };
}

/** What is done to the problem of an alert as to a problem. */
function actsOnEither(thing: 'alerts' | 'problems'): readonly ApiCommand[] {
  return [
    acts(thing, 'acknowledge', 'somebody is on it', ['note']),
    acts(thing, 'escalate', 'it is worse than it stands: one level, or --to', ['to', 'note']),
    acts(thing, 'assign', 'it is somebody’s: --to NAME; without it nobody’s', ['to']),
    acts(thing, 'note', 'something that others should know', ['text'], { method: 'POST', path: 'notes' }),
  ];
}

/** A command by which a person decides which alerts are one problem. */
function places(word: string, does: string, options: readonly string[]): ApiCommand {
  return {
    words: ['problems', word],
    argument: 'ID',
    options,
    does,
    call: (id, { alerts, into, to, reason }) => ({
      method: 'POST',
      path: `/problems/${id}/${word}`,
      body: bodyOf({ into, alertIds: namesIn(alerts), to, reason }),
    }),
    text: doneText,
  };
}

/** `a,b` */
function namesIn(value: Given[string]): readonly string[] | undefined {
  return typeof value === 'string' ? value.split(',').map((name) => name.trim()) : undefined;
}

const TERMS = ['from', 'until', 'rrule', 'timezone', 'window', 'comment'];

/** Every command that is one call, in the order of the help. */
export const API_COMMANDS: readonly ApiCommand[] = [
  {
    words: ['config', 'usage'],
    options: [],
    does: 'how often each of the rules in force has matched, and which are unused',
    call: () => ({ method: 'GET', path: '/rules/usage' }),
    text: ruleUsageText,
  },
  {
    words: ['alerts', 'list'],
    options: FILTERS,
    does: 'alerts, the newest first',
    call: (_, given) => ({ method: 'GET', path: `/alerts${query(given, FILTERS)}` }),
    text: alertsText,
  },
  {
    words: ['alerts', 'show'],
    argument: 'ID',
    options: [],
    does: 'one of them, whole',
    call: (id) => ({ method: 'GET', path: `/alerts/${id}` }),
    text: itemText,
  },
  ...actsOnEither('alerts'),
  {
    words: ['alerts', 'archive'],
    argument: 'ID',
    options: ['reason'],
    does: 'puts it away',
    call: (id, { reason }) => ({ method: 'DELETE', path: `/alerts/${id}`, body: bodyOf({ reason }) }),
    text: doneText,
  },
  {
    words: ['why'],
    argument: 'ID',
    options: [],
    does: 'why an alert is told or is not: everything that was decided about it',
    call: (id) => ({ method: 'GET', path: `/alerts/${id}/why` }),
    text: whyText,
  },
  {
    words: ['problems', 'list'],
    options: ['status', 'severity', 'limit'],
    does: 'problems, the newest first',
    call: (_, given) => ({
      method: 'GET',
      path: `/problems${query(given, ['status', 'severity', 'limit'])}`,
    }),
    text: problemsText,
  },
  {
    words: ['problems', 'show'],
    argument: 'ID',
    options: [],
    does: 'one of them, whole',
    call: (id) => ({ method: 'GET', path: `/problems/${id}` }),
    text: itemText,
  },
  ...actsOnEither('problems'),
  acts('problems', 'unacknowledge', 'nobody is on it any more', ['note']),
  acts('problems', 'deescalate', 'it is less bad than it stands: one level, or --to', ['to', 'note']),
  acts('problems', 'incident', 'somebody must own it', ['note']),
  acts('problems', 'resolve', 'it is over, or was noise', ['reason', 'noise']),
  acts('problems', 'reopen', 'takes an end by hand back', ['reason']),
  places('merge', 'it becomes part of another one, which goes on: --into ID', ['into', 'reason']),
  places('split', 'some of its alerts become a problem of their own: --alerts ID,ID', ['alerts', 'reason']),
  places('move', 'some of its alerts become part of another one: --alerts ID,ID --to ID', [
    'alerts',
    'to',
    'reason',
  ]),
  {
    words: ['silences', 'list'],
    options: ['state', 'limit'],
    does: 'silences, the newest first, with what each mutes',
    call: (_, given) => ({ method: 'GET', path: `/silences${query(given, ['state', 'limit'])}` }),
    text: silencesText,
  },
  {
    words: ['silences', 'show'],
    argument: 'ID',
    options: [],
    does: 'one of them, whole',
    call: (id) => ({ method: 'GET', path: `/silences/${id}` }),
    text: itemText,
  },
  {
    words: ['silences', 'preview'],
    options: ['match'],
    does: 'what a silence would mute now: --match a=b, several',
    call: (_, { match = [] }) => ({ method: 'POST', path: '/silences/preview', body: { matchers: match } }),
    text: previewText,
  },
  {
    words: ['silences', 'add'],
    options: ['match', 'alert', 'problem', 'for', 'until-resolved', ...TERMS],
    does: 'mutes what matches (--match a=b, several), or one --alert or --problem, --for 2h or --until TIME',
    call: (_, given) => ({
      method: 'POST',
      path: '/silences',
      body: bodyOf({
        matchers: given['match'],
        alert: given['alert'],
        problem: given['problem'],
        startsAt: given['from'],
        endsAt: given['until'],
        duration: given['for'],
        untilResolved: given['until-resolved'],
        comment: given['comment'],
        ...recurrenceOf(given),
      }),
    }),
    text: doneText,
  },
  {
    words: ['silences', 'update'],
    argument: 'ID',
    options: ['match', ...TERMS],
    does: 'other terms for one that is not over',
    call: (id, given) => ({
      method: 'PUT',
      path: `/silences/${id}`,
      body: bodyOf({
        matchers: given['match'],
        startsAt: given['from'],
        endsAt: given['until'],
        comment: given['comment'],
        ...recurrenceOf(given),
      }),
    }),
    text: doneText,
  },
  {
    words: ['silences', 'expire'],
    argument: 'ID',
    options: ['reason'],
    does: 'it is over now',
    call: (id, { reason }) => ({ method: 'DELETE', path: `/silences/${id}`, body: bodyOf({ reason }) }),
    text: doneText,
  },
  {
    words: ['token', 'create'],
    argument: 'NAME',
    options: ['role'],
    does: 'a token for the API with a --role viewer, responder or admin; its secret is shown this once',
    call: (name, { role = 'responder' }) => ({ method: 'POST', path: '/tokens', body: { name, role } }),
    text: tokenText,
  },
  {
    words: ['token', 'list'],
    options: [],
    does: 'all tokens, without their secrets',
    call: () => ({ method: 'GET', path: '/tokens' }),
    text: tokensText,
  },
  {
    words: ['token', 'revoke'],
    argument: 'NAME',
    options: [],
    does: 'it opens nothing any more',
    call: (name) => ({ method: 'DELETE', path: `/tokens/${encodeURIComponent(name)}` }),
    text: doneText,
  },
];

/** How a command is written, for the help. */
export function usageOf({ words, argument, options, does }: ApiCommand): string {
  const line = `  ${[...words, ...(argument === undefined ? [] : [argument])].join(' ')}`;
  const flags = options.length === 0 ? '' : `\n      ${options.map((name) => `--${name}`).join('  ')}`;
  return `${line.padEnd(34)}${does}${flags}`;
}

import { parseArgs } from 'node:util';
import {
  MatcherError,
  parseMatcher,
  severity,
  spanOfTime,
  subjectToken,
  type Labels,
  type Severity,
} from '@gomon/contracts';
import type { Backtest, Export } from './history/history-commands.js';
import { API_COMMANDS, usageOf, type ApiCommand, type Given } from './api/api-commands.js';
import type { Flags } from './places/surroundings.js';
import type { RulesTest } from './scenarios/test-rules.js';

export const usage = `gomon COMMAND

  status                          what runs, what waits, whether the ledger balances (exit code 1: something is wrong)
      --json
  send-test                       sends an alert through the front door and follows it until it is told
      --severity P0..P4 (P2)  --source grafana|api (grafana)  --resolve  --within SECONDS (30)
  dead-letters list               what could not be handled, the newest first
      --stream NAME  --limit N (50)  --json
  dead-letters show SEQ           one of them, whole
  dead-letters replay SEQ         tries it again
  dead-letters drop SEQ           forgets it
  check-config FILE               whether a rules file is good, and what in it is surely not meant (exit code 1: refused)
      --offline (what runs is not asked which labels alerts have had)
  test FOLDER                     runs the scenarios of a folder by its gomon.yaml, or that around it (exit code 1: not as expected)
      --rules FILE  --junit FILE  --verbose
  export problem ID               writes a real problem as such a scenario file (exit code 1: by the rules in force it comes to something else)
      --out FILE
  backtest FILE                   what other rules would have made of what was (exit code 1: something else)
      --since 7d or TIME (7d)  --until TIME (now)  --json
  board --at TIME                 what was open then
      --json
  explain                         what would happen to an alert now, and by which rule
      --labels a=b,c=d  --source KIND (grafana)  --json
  config apply FILE               puts a rules file in force
      --note TEXT
  config history                  the versions of the rules, the newest first
      --limit N (50)  --json
  config show [VERSION]           its text; without a number of the one in force
  config diff [FROM [TO]]         what changed; without numbers by the one in force
  config rollback VERSION         puts an earlier version in force again
      --note TEXT
${API_COMMANDS.map(usageOf).join('\n')}

Everywhere: --json where something is read; --nats URL, --api URL, --token TOKEN. Without them: NATS_URL, GOMON_API_URL, GOMON_API_TOKEN, or what
npm start has written to run.json in GOMON_DATA (.gomon).`;

/** The command line is not understood; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'status'; readonly json: boolean }
  | {
      readonly name: 'send-test';
      readonly severity: Severity;
      readonly source: 'grafana' | 'api';
      readonly resolve: boolean;
      readonly withinMs: number;
    }
  | {
      readonly name: 'dead-letters list';
      readonly stream?: string;
      readonly limit: number;
      readonly json: boolean;
    }
  | { readonly name: `dead-letters ${'show' | 'replay' | 'drop'}`; readonly seq: number }
  | { readonly name: 'check-config'; readonly file: string; readonly offline: boolean }
  | { readonly name: 'test'; readonly test: RulesTest }
  | { readonly name: 'export'; readonly export: Export }
  | { readonly name: 'backtest'; readonly backtest: Backtest }
  | { readonly name: 'board'; readonly at: string; readonly json: boolean }
  | { readonly name: 'explain'; readonly labels: Labels; readonly source: string; readonly json: boolean }
  | { readonly name: 'config apply'; readonly file: string; readonly note: string | undefined }
  | { readonly name: 'config history'; readonly limit: number; readonly json: boolean }
  | { readonly name: 'config show'; readonly version: number | undefined }
  | { readonly name: 'config diff'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly name: 'config rollback'; readonly version: number; readonly note: string | undefined }
  | {
      readonly name: 'api';
      readonly command: ApiCommand;
      readonly argument: string;
      readonly given: Given;
      readonly json: boolean;
    };

const options = {
  help: { type: 'boolean', short: 'h' },
  nats: { type: 'string' },
  api: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean' },
  stream: { type: 'string' },
  limit: { type: 'string' },
  severity: { type: 'string' },
  source: { type: 'string' },
  resolve: { type: 'boolean' },
  within: { type: 'string' },
  labels: { type: 'string' },
  note: { type: 'string' },
  status: { type: 'string' },
  namespace: { type: 'string' },
  assignee: { type: 'string' },
  muted: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  match: { type: 'string', multiple: true },
  to: { type: 'string' },
  into: { type: 'string' },
  text: { type: 'string' },
  reason: { type: 'string' },
  noise: { type: 'boolean' },
  state: { type: 'string' },
  alert: { type: 'string' },
  alerts: { type: 'string' },
  problem: { type: 'string' },
  for: { type: 'string' },
  from: { type: 'string' },
  'until-resolved': { type: 'boolean' },
  rrule: { type: 'string' },
  timezone: { type: 'string' },
  window: { type: 'string' },
  comment: { type: 'string' },
  role: { type: 'string' },
  rules: { type: 'string' },
  junit: { type: 'string' },
  verbose: { type: 'boolean' },
  offline: { type: 'boolean' },
  out: { type: 'string' },
  at: { type: 'string' },
} as const;
type Option = keyof typeof options;
type Name = Exclude<Command['name'], 'help' | 'api'>;

const everywhere: readonly Option[] = ['help', 'nats', 'api', 'token'];
const own: Readonly<Record<Name, readonly Option[]>> = {
  status: ['json'],
  'send-test': ['severity', 'source', 'resolve', 'within'],
  'dead-letters list': ['stream', 'limit', 'json'],
  'dead-letters show': [],
  'dead-letters replay': [],
  'dead-letters drop': [],
  'check-config': ['offline'],
  test: ['rules', 'junit', 'verbose'],
  export: ['out'],
  backtest: ['since', 'until', 'json'],
  board: ['at', 'json'],
  explain: ['labels', 'source', 'json'],
  'config apply': ['note'],
  'config history': ['limit', 'json'],
  'config show': [],
  'config diff': [],
  'config rollback': ['note'],
};

/** How many words may follow. */
const mostWords: Readonly<Partial<Record<Name, number>>> = {
  'dead-letters show': 1,
  'dead-letters replay': 1,
  'dead-letters drop': 1,
  'check-config': 1,
  test: 1,
  export: 2,
  backtest: 1,
  'config apply': 1,
  'config show': 1,
  'config diff': 2,
  'config rollback': 1,
};

/** @throws UsageError */
export function parseCommand(argv: readonly string[]): { readonly command: Command; readonly flags: Flags } {
  const { values, positionals } = read(argv);
  const { nats, api, token, json = false } = values;
  const flags = { nats, api, token };
  if (values.help === true) return { command: { name: 'help' }, flags };
  const called = API_COMMANDS.find(({ words }) => words.every((word, index) => positionals[index] === word));
  if (called !== undefined) return { command: apiCommand(called, positionals, values), flags };
  const { name, rest } = nameOf(positionals);
  const [foreign] = Object.keys(values).filter(
    (option) => !everywhere.includes(option as Option) && !own[name].includes(option as Option),
  );
  if (foreign !== undefined) throw new UsageError(`${name} takes no --${foreign}`);
  const most = mostWords[name] ?? 0;
  if (rest.length > most) throw new UsageError(`${name} takes no ${rest[most] ?? ''}`);
  switch (name) {
    case 'status':
      return { command: { name, json }, flags };
    case 'send-test':
      return {
        command: {
          name,
          severity: severityOf(values.severity ?? 'P2'),
          source: sourceOf(values.source ?? 'grafana'),
          resolve: values.resolve === true,
          withinMs: numberOf(values.within ?? '30', '--within') * 1_000,
        },
        flags,
      };
    case 'dead-letters list': {
      const { stream, limit = '50' } = values;
      const narrowed = stream === undefined ? {} : { stream };
      return { command: { name, limit: numberOf(limit, '--limit'), json, ...narrowed }, flags };
    }
    case 'check-config':
      return { command: { name, file: wordOf(rest[0], 'FILE'), offline: values.offline === true }, flags };
    case 'test': {
      const { rules, junit, verbose = false } = values;
      return { command: { name, test: { folder: wordOf(rest[0], 'FOLDER'), rules, junit, verbose } }, flags };
    }
    case 'export':
      if (rest[0] !== 'problem') throw new UsageError('export problem ID');
      return { command: { name, export: { id: wordOf(rest[1], 'ID'), out: values.out } }, flags };
    case 'backtest': {
      const now = new Date();
      const asked = {
        file: wordOf(rest[0], 'FILE'),
        since: timeOf(values.since ?? '7d', '--since', now),
        until: values.until === undefined ? now.toISOString() : timeOf(values.until, '--until', now),
        json,
      };
      if (asked.since >= asked.until) throw new UsageError('--since is a time before --until');
      return { command: { name, backtest: asked }, flags };
    }
    case 'board':
      return { command: { name, at: timeOf(wordOf(values.at, '--at'), '--at', new Date()), json }, flags };
    case 'explain':
      return {
        command: {
          name,
          labels: labelsOf(wordOf(values.labels, '--labels')),
          source: kindOf(values.source ?? 'grafana'),
          json,
        },
        flags,
      };
    case 'config apply':
      return { command: { name, file: wordOf(rest[0], 'FILE'), note: values.note }, flags };
    case 'config history':
      return { command: { name, limit: numberOf(values.limit ?? '50', '--limit'), json }, flags };
    case 'config show':
      return { command: { name, version: optionalNumber(rest[0], 'VERSION') }, flags };
    case 'config diff':
      return {
        command: { name, from: optionalNumber(rest[0], 'FROM'), to: optionalNumber(rest[1], 'TO') },
        flags,
      };
    case 'config rollback':
      return { command: { name, version: numberOf(rest[0], 'VERSION'), note: values.note }, flags };
    default:
      return { command: { name, seq: numberOf(rest[0], 'SEQ') }, flags };
  }
}

/** One argument, where the command has one, and its own options alone. */
function apiCommand(command: ApiCommand, positionals: readonly string[], given: Given): Command {
  const { words, argument, options: own } = command;
  const name = words.join(' ');
  const foreign = Object.keys(given).find(
    (option) =>
      option !== 'json' && !own.includes(option) && !(everywhere as readonly string[]).includes(option),
  );
  if (foreign !== undefined) throw new UsageError(`${name} takes no --${foreign}`);
  const rest = positionals.slice(words.length);
  const most = argument === undefined ? 0 : 1;
  if (rest.length > most) throw new UsageError(`${name} takes no ${rest[most] ?? ''}`);
  const word = argument === undefined ? '' : wordOf(rest[0], argument);
  return { name: 'api', command, argument: word, given, json: given['json'] === true };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function nameOf(positionals: readonly string[]): { readonly name: Name; readonly rest: readonly string[] } {
  const [command, subcommand, ...rest] = positionals;
  if (command === undefined) throw new UsageError('which command?');
  switch (command) {
    case 'status':
    case 'send-test':
    case 'check-config':
    case 'test':
    case 'export':
    case 'backtest':
    case 'board':
    case 'explain':
      return { name: command, rest: positionals.slice(1) };
    case 'config':
      return { name: configCommand(subcommand), rest };
    case 'dead-letters':
      break;
    case 'alerts':
    case 'problems':
    case 'silences':
    case 'token': {
      const ways = API_COMMANDS.filter(({ words }) => words[0] === command);
      throw new UsageError(
        ways.map(({ words, argument = '' }) => `${words.join(' ')} ${argument}`.trim()).join(', '),
      );
    }
    default:
      throw new UsageError(`there is no command ${command}`);
  }
  switch (subcommand) {
    case 'list':
    case 'show':
    case 'replay':
    case 'drop':
      return { name: `dead-letters ${subcommand}`, rest };
    default:
      throw new UsageError('dead-letters list, show SEQ, replay SEQ or drop SEQ');
  }
}

function configCommand(subcommand: string | undefined): Name {
  switch (subcommand) {
    case 'apply':
    case 'history':
    case 'show':
    case 'diff':
    case 'rollback':
      return `config ${subcommand}`;
    default:
      throw new UsageError(
        'config apply FILE, history, show [VERSION], diff [FROM [TO]], rollback VERSION or usage',
      );
  }
}

/** `a=b,c="d,e"`: as matchers, but only with `=`. */
function labelsOf(text: string): Labels {
  const parts = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return Object.fromEntries(
    parts.map((part) => {
      const { name, operator, value } = matcherOf(part);
      if (operator !== '=') throw new UsageError(`--labels are name=value, not ${part}`);
      return [name, value];
    }),
  );
}

function matcherOf(text: string) {
  try {
    return parseMatcher(text);
  } catch (error) {
    if (error instanceof MatcherError) throw new UsageError(`--labels: ${error.message}`);
    throw error;
  }
}

function kindOf(text: string): string {
  const kind = subjectToken.safeParse(text);
  if (!kind.success) throw new UsageError(`--source is a kind of source, such as grafana, not ${text}`);
  return kind.data;
}

function wordOf(text: string | undefined, name: string): string {
  if (text === undefined || text === '') throw new UsageError(`${name} is missing`);
  return text;
}

/** A time, to the minute at least, or how long ago it was: `7d`, `2026-03-02T03:12Z`. */
function timeOf(text: string, name: string, now: Date): string {
  const ago = spanOfTime.safeParse(text);
  if (ago.success) return new Date(now.getTime() - ago.data).toISOString();
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = isTime ? new Date(text) : undefined;
  if (time === undefined || Number.isNaN(time.getTime()))
    throw new UsageError(`${name} is a time such as 2026-03-02T03:12Z, or how long ago: 7d, 90m`);
  return time.toISOString();
}

function optionalNumber(text: string | undefined, name: string): number | undefined {
  return text === undefined ? undefined : numberOf(text, name);
}

function severityOf(text: string): Severity {
  const level = severity.safeParse(text);
  if (!level.success) throw new UsageError(`--severity is P0 to P4, not ${text}`);
  return level.data;
}

function sourceOf(text: string): 'grafana' | 'api' {
  if (text !== 'grafana' && text !== 'api') throw new UsageError(`--source is grafana or api, not ${text}`);
  return text;
}

function numberOf(text: string | undefined, name: string): number {
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`${name} is a number from 1`);
  return value;
}

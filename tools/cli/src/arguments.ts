import { parseArgs } from 'node:util';
import { severity, type Severity } from '@gomon/contracts';
import type { Flags } from './places/surroundings.js';

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

Everywhere: --nats URL, --api URL, --token TOKEN. Without them: NATS_URL, GOMON_API_URL, GOMON_API_TOKEN, or what
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
  | { readonly name: `dead-letters ${'show' | 'replay' | 'drop'}`; readonly seq: number };

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
  /** The former name of `source`. */
  resolve: { type: 'boolean' },
  within: { type: 'string' },
} as const;
type Option = keyof typeof options;

const everywhere: readonly Option[] = ['help', 'nats', 'api', 'token'];
const own: Readonly<Record<Exclude<Command['name'], 'help'>, readonly Option[]>> = {
  status: ['json'],
  'send-test': ['severity', 'source', 'resolve', 'within'],
  'dead-letters list': ['stream', 'limit', 'json'],
  'dead-letters show': [],
  'dead-letters replay': [],
  'dead-letters drop': [],
};

/** @throws UsageError */
export function parseCommand(argv: readonly string[]): { readonly command: Command; readonly flags: Flags } {
  const { values, positionals } = read(argv);
  const { nats, api, token, json = false } = values;
  const flags = { nats, api, token };
  if (values.help === true) return { command: { name: 'help' }, flags };
  const { name, rest } = nameOf(positionals);
  const [foreign] = Object.keys(values).filter(
    (option) => !everywhere.includes(option as Option) && !own[name].includes(option as Option),
  );
  if (foreign !== undefined) throw new UsageError(`${name} takes no --${foreign}`);
  const needed = name.startsWith('dead-letters ') && name !== 'dead-letters list' ? 1 : 0;
  if (rest.length > needed) throw new UsageError(`${name} takes no ${rest[needed] ?? ''}`);
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
    default:
      return { command: { name, seq: numberOf(rest[0], 'SEQ') }, flags };
  }
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function nameOf(positionals: readonly string[]): {
  readonly name: Exclude<Command['name'], 'help'>;
  readonly rest: readonly string[];
} {
  const [command, subcommand, ...rest] = positionals;
  if (command === undefined) throw new UsageError('which command?');
  if (command === 'status' || command === 'send-test') return { name: command, rest: positionals.slice(1) };
  if (command !== 'dead-letters') throw new UsageError(`there is no command ${command}`);
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

import { parseArgs } from 'node:util';
import { severity } from '@gomon/contracts';
import { drop, list, replay, show } from './dead-letters/dead-letters.js';
import { sendTest } from './send-test/send-test.js';
import { readStatus, statusText } from './status/status.js';
import { lookAround } from './surroundings.js';

export const usage = `gomon COMMAND

  status                          what runs, what waits, whether the ledger balances (exit code 1: something is wrong)
  send-test                       sends an alert through the front door and follows it until it is told
      --severity P0..P4 (P2)  --by grafana|api (grafana)  --resolve  --within SECONDS (30)
  dead-letters list               what could not be handled, the newest first
      --stream NAME  --limit N (50)
  dead-letters show SEQ           one of them, whole
  dead-letters replay SEQ         tries it again
  dead-letters drop SEQ           forgets it

Everywhere: --json where there is a table, --nats URL, --api URL, --token TOKEN. Without them: NATS_URL, GOMON_API_URL,
GOMON_API_TOKEN, or what npm start has written to run.json in GOMON_DATA (.gomon).`;

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Runs a command; resolves with the exit code. */
export async function runCli(argv: readonly string[], { env, out, err }: Terminal): Promise<number> {
  try {
    const { values, positionals } = argumentsOf(argv);
    const [command, subcommand, ...rest] = positionals;
    if (values.help === true || command === undefined) {
      (values.help === true ? out : err)(usage);
      return values.help === true ? 0 : EXIT_USAGE;
    }
    const around = await lookAround(values, env);
    const json = values.json === true;
    if (command === 'status') {
      const status = await readStatus(around);
      out(json ? JSON.stringify(status) : statusText(status));
      return status.ok ? 0 : 1;
    }
    if (command === 'send-test') {
      const { by } = values;
      if (by !== 'grafana' && by !== 'api') throw new UsageError(`--by is grafana or api, not ${by}`);
      const level = severity.safeParse(values.severity);
      if (!level.success) throw new UsageError(`--severity is P0 to P4, not ${values.severity}`);
      const withinMs = number(values.within, '--within') * 1_000;
      return (await sendTest(
        around,
        { severity: level.data, by, resolve: values.resolve === true, withinMs },
        out,
      ))
        ? 0
        : 1;
    }
    if (command === 'dead-letters') {
      if (subcommand === 'list') {
        const { stream } = values;
        await list(
          around,
          { limit: number(values.limit, '--limit'), json, ...(stream === undefined ? {} : { stream }) },
          out,
        );
        return 0;
      }
      const action = { show, replay, drop }[subcommand ?? ''];
      if (action === undefined) throw new UsageError('dead-letters list, show SEQ, replay SEQ or drop SEQ');
      await action(around, number(rest[0], 'SEQ'), out);
      return 0;
    }
    throw new UsageError(`there is no command ${command}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof UsageError)) {
      err(`gomon: ${message}`);
      return 1;
    }
    err(`gomon: ${message}\n\n${usage}`);
    return EXIT_USAGE;
  }
}

function argumentsOf(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        nats: { type: 'string' },
        api: { type: 'string' },
        token: { type: 'string' },
        stream: { type: 'string' },
        limit: { type: 'string', default: '50' },
        severity: { type: 'string', default: 'P2' },
        by: { type: 'string', default: 'grafana' },
        resolve: { type: 'boolean' },
        within: { type: 'string', default: '30' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(text: string | undefined, name: string): number {
  const value = Number(text);
  if (text === undefined || !Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`${name} is a number from 1`);
  return value;
}

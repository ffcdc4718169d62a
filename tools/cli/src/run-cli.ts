import { parseCommand, usage, UsageError, type Command } from './arguments.js';
import { drop, list, replay, show } from './dead-letters/dead-letters.js';
import { callApi } from './places/api.js';
import { backtest, board, exportProblem } from './history/history-commands.js';
import { lookAround, type Surroundings } from './places/surroundings.js';
import { checkConfig } from './rules/check-config.js';
import { applyConfig, diff, history, rollBack, showConfig } from './rules/config.js';
import { explain } from './rules/explain.js';
import { testRules } from './scenarios/test-rules.js';
import { sendTest } from './send-test/send-test.js';
import { readStatus } from './status/read-status.js';
import { statusText } from './status/status-text.js';
import { printableJson } from './terminal/printable.js';

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Runs a command; resolves with the exit code. */
export async function runCli(argv: readonly string[], { env, out, err }: Terminal): Promise<number> {
  try {
    const { command, flags } = parseCommand(argv);
    if (command.name === 'help') {
      out(usage);
      return 0;
    }
    if (command.name === 'test') return await testRules(command.test, { out, err });
    if (command.name === 'export' || command.name === 'backtest' || command.name === 'board')
      return await onHistory(command, await lookAround(flags, env), { out, err });
    return (await run(command, await lookAround(flags, env), out)) ? 0 : 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) {
      err(`gomon: ${message}\n\n${usage}`);
      return EXIT_USAGE;
    }
    err(`gomon: ${message}`);
    return 1;
  }
}

type OnHistory = Extract<Command, { name: 'export' | 'backtest' | 'board' }>;

/** Resolves with the exit code; whatever stands in its way is 2, for 1 says that something else comes of it. */
async function onHistory(
  command: OnHistory,
  around: Surroundings,
  says: Pick<Terminal, 'out' | 'err'>,
): Promise<number> {
  try {
    switch (command.name) {
      case 'export':
        return await exportProblem(around, command.export, says);
      case 'backtest':
        return await backtest(around, command.backtest, says);
      case 'board':
        return await board(around, command, says);
    }
  } catch (error) {
    says.err(`gomon: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

/** False: it did its work, and what it found is not good. */
async function run(
  command: Exclude<Command, { name: 'help' | 'test' } | OnHistory>,
  around: Surroundings,
  out: (line: string) => void,
): Promise<boolean> {
  switch (command.name) {
    case 'status': {
      const status = await readStatus(around);
      out(command.json ? printableJson(status) : statusText(status));
      return status.ok;
    }
    case 'send-test':
      return sendTest(around, command, out);
    case 'dead-letters list':
      await list(around, command, out);
      return true;
    case 'dead-letters show':
      await show(around, command.seq, out);
      return true;
    case 'dead-letters replay':
      await replay(around, command.seq, out);
      return true;
    case 'dead-letters drop':
      await drop(around, command.seq, out);
      return true;
    case 'check-config':
      return checkConfig(around, command, out);
    case 'explain':
      await explain(around, command, out);
      return true;
    case 'config apply':
      await applyConfig(around, command, out);
      return true;
    case 'config history':
      await history(around, command, out);
      return true;
    case 'config show':
      await showConfig(around, command.version, out);
      return true;
    case 'config diff':
      await diff(around, command, out);
      return true;
    case 'api': {
      const { method, path, body } = command.command.call(command.argument, command.given);
      const answer = await callApi(around, path, { method, body });
      out(command.json ? printableJson(answer, 2) : command.command.text(answer));
      return true;
    }
    case 'config rollback':
      await rollBack(around, command, out);
      return true;
  }
}

import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end and returns what it printed; a failure carries the end of what it complained about. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  try {
    const { stdout } = await execute(command, args, {
      timeout: 120_000,
      env: process.env,
      ...options,
      encoding: 'utf8',
    });
    return stdout;
  } catch (error) {
    throw new Error(`${command} ${args[0] ?? ''} failed: ${complaint(error)}`, { cause: error });
  }
}

function complaint(error: unknown): string {
  const said = Error.isError(error) && 'stderr' in error ? String(error.stderr).trim() : '';
  const text = said === '' ? String(Error.isError(error) ? error.message : error) : said;
  return text.split('\n').slice(-3).join('; ');
}

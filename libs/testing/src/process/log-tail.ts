import { readFile } from 'node:fs/promises';

/** The last lines of a program's log, for the error that says why it did not start; empty if there is no log. */
export async function logTail(path: string, lines = 15): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

import { readFile } from 'node:fs/promises';
import { warningsOf, type FileFault } from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';

type Say = (line: string) => void;

/** Says what is wrong with a rules file, and what is surely not meant. False: it would be refused. */
export async function checkConfig(file: string, say: Say): Promise<boolean> {
  const read = readRulesFile(await readFile(file, 'utf8'));
  if (!read.ok) {
    for (const fault of read.faults) say(line(file, fault));
    say(`${file} would be refused.`);
    return false;
  }
  const warnings = warningsOf(read);
  for (const warning of warnings) say(line(file, warning, 'warning: '));
  const found = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  say(`${file} is good${warnings.length === 0 ? '' : `, with ${found}`}.`);
  return true;
}

/** As compilers write it, so that editors find the place. */
function line(file: string, { line: row, column, path, message }: FileFault, kind = ''): string {
  return `${file}:${row}:${column}: ${kind}${path === '' ? '' : `${path}: `}${message}`;
}

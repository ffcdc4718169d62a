import { readFile } from 'node:fs/promises';
import {
  labelNamesAnswer,
  unseenLabels,
  warningsOf,
  type LabelsSeen,
  type FileFault,
} from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';
import { ApiError, callApi } from '../places/api.js';
import { UnknownPlaceError, type Surroundings } from '../places/surroundings.js';

type Say = (line: string) => void;

/** Says what is wrong with a rules file, and what is surely not meant. False: it would be refused. */
export async function checkConfig(
  around: Surroundings,
  { file, offline }: { readonly file: string; readonly offline: boolean },
  say: Say,
): Promise<boolean> {
  const read = readRulesFile(await readFile(file, 'utf8'));
  if (!read.ok) {
    for (const fault of read.faults) say(faultLine(file, fault));
    say(`${file} would be refused.`);
    return false;
  }
  const seen = offline ? undefined : await labelsSeen(around, say);
  const warnings = [...warningsOf(read), ...(seen === undefined ? [] : unseenLabels(read, seen))].toSorted(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  for (const warning of warnings) say(faultLine(file, warning, 'warning: '));
  const found = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  say(`${file} is good${warnings.length === 0 ? '' : `, with ${found}`}.`);
  return true;
}

/** Which labels alerts have had. Undefined: nobody can say, and a line says why. */
async function labelsSeen(around: Surroundings, say: Say): Promise<LabelsSeen | undefined> {
  try {
    const seen = labelNamesAnswer.parse(await callApi(around, '/labels'));
    if (seen.complete && seen.alerts > 0) return seen;
    say(
      seen.complete
        ? 'Labels were not looked for in history: there was no alert in the last 30 days.'
        : 'Labels were not looked for in history: alerts have had too many.',
    );
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof UnknownPlaceError)) throw error;
    say(`History could not be asked for labels: ${error.message.split('\n', 1).join('')}`);
  }
  return undefined;
}

/** As compilers write it, so that editors find the place. */
export function faultLine(file: string, { line: row, column, path, message }: FileFault, kind = ''): string {
  return `${file}:${row}:${column}: ${kind}${path === '' ? '' : `${path}: `}${message}`;
}

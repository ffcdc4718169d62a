import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The correlator's own runner of scenarios. */
const RUNNER = fileURLToPath(new URL('../../../../apps/correlator/dist/scenario/main.js', import.meta.url));

export interface RulesTest {
  readonly folder: string;
  /** Undefined: those beside the scenarios. */
  readonly rules: string | undefined;
  /** Where the result is written as JUnit XML. */
  readonly junit: string | undefined;
  readonly verbose: boolean;
}

type Say = (line: string) => void;

/** Runs the scenarios of a folder by the rules that they are for; resolves with the exit code of the runner. */
export async function testRules(
  { folder, rules, junit, verbose }: RulesTest,
  { out, err }: { readonly out: Say; readonly err: Say },
): Promise<number> {
  const file = rules ?? (await rulesBeside(folder));
  const argv = [
    folder,
    ...(file === undefined ? [] : ['--rules', file]),
    ...(junit === undefined ? [] : ['--junit', junit]),
    ...(verbose ? ['--verbose'] : []),
  ];
  out(file === undefined ? 'by the default rules' : `by the rules in ${file}`);
  const child = spawn(process.execPath, [RUNNER, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code]] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    forward(child.stdout, out),
    forward(child.stderr, err),
  ]);
  return code ?? 1;
}

async function forward(from: Readable, say: Say): Promise<void> {
  for await (const line of createInterface({ input: from })) say(line);
}

/** `gomon.yaml` in the folder of the scenarios, or in the one around it. */
async function rulesBeside(folder: string): Promise<string | undefined> {
  for (const place of [folder, dirname(resolve(folder))]) {
    const file = join(place, 'gomon.yaml');
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

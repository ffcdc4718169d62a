import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { filesOf } from './find-files.js';
import { judge } from './judge.js';
import { readScenario } from './scenario-file.js';
import { scoresOf } from './score.js';

/** How good the rules are on all scenarios of a folder of the repository. */
export async function scoresIn(folder: string): Promise<ReturnType<typeof scoresOf>> {
  const judgements = [];
  for (const file of await filesOf([fileURLToPath(new URL(`../../../../${folder}`, import.meta.url))])) {
    const read = readScenario(await readFile(file, 'utf8'), {});
    if (!read.ok) throw new Error(`${file}: ${JSON.stringify(read.faults)}`);
    judgements.push(judge(read.scenario, read.rules));
  }
  return scoresOf(judgements);
}

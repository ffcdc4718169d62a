import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { rulesFile, type FileFault } from '@gomon/contracts';
import { readYamlFile } from '@gomon/contracts/yaml-file';
import { z } from 'zod';
import { filesOf } from './find-files.js';
import { judge, type Judgement } from './judge.js';
import { junitOf } from './junit.js';
import { scenarioText, scoresText } from './report-text.js';
import { resultJson } from './result-json.js';
import { readScenario, type RulesSections } from './scenario-file.js';
import { scoresOf } from './score.js';

const usage = `npm run scenario -- FILE… [--json FILE] [--rules FILE] [--junit FILE] [--verbose]

  Runs scenario files, and those of folders, through the rules and says what comes of them.
  Exit code 0: all as expected. 1: some are not. 2: a file or the command line cannot be read.`;

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const EXIT = { ok: 0, failed: 1, unreadable: 2 } as const;

/** Runs scenario files; resolves with the exit code. What can be read is run, whatever is wrong with other files. */
export async function runFiles(argv: readonly string[], { out, err }: Terminal): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options });
    if (values.help === true || positionals.length === 0) {
      (values.help === true ? out : err)(usage);
      return values.help === true ? EXIT.ok : EXIT.unreadable;
    }
    const base = values.rules === undefined ? {} : await rulesIn(values.rules, err);
    if (base === undefined) return EXIT.unreadable;
    const judgements: Judgement[] = [];
    let unreadable = 0;
    for (const file of await filesOf(positionals)) {
      const read = readScenario(await readFile(file, 'utf8'), base);
      if (!read.ok) {
        unreadable += 1;
        for (const fault of read.faults) err(faultText(file, fault));
        continue;
      }
      const judgement = judge(read.scenario, read.rules);
      out(scenarioText(judgement, values.verbose === true));
      judgements.push(judgement);
    }
    if (judgements.length === 0 && unreadable === 0) err('there is no scenario file');
    const scores = scoresOf(judgements);
    if (judgements.length > 0) out(`\n${scoresText(scores)}`);
    if (values.json !== undefined) {
      await writeFile(values.json, `${JSON.stringify(resultJson(judgements, scores), null, 1)}\n`);
    }
    if (values.junit !== undefined) await writeFile(values.junit, junitOf(judgements));
    if (unreadable > 0 || judgements.length === 0) return EXIT.unreadable;
    return judgements.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
  } catch (error) {
    err(error instanceof Error ? error.message : String(error));
    return EXIT.unreadable;
  }
}

const options = {
  json: { type: 'string' },
  rules: { type: 'string' },
  junit: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The sections of a rules file, once it is known to be good; undefined: it is not. */
async function rulesIn(file: string, err: (text: string) => void): Promise<RulesSections | undefined> {
  const text = await readFile(file, 'utf8');
  const read = readYamlFile(text, rulesFile);
  const sections = readYamlFile(text, z.record(z.string(), z.unknown()));
  if (read.ok && sections.ok) return sections.content;
  for (const fault of read.ok ? [] : read.faults) err(faultText(file, fault));
  return undefined;
}

/** As compilers write it, so that editors find the place. */
function faultText(file: string, { line, column, path, message }: FileFault): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

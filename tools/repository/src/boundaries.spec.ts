import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { root } from './root.js';

/** A line of code, where it is written, and the rule that has to refuse it. */
const refused = [
  [
    'an app that imports another app',
    'apps/ingest/src/main.ts',
    "import '../../correlator/src/correlator.js';",
    '@nx/enforce-module-boundaries',
  ],
  [
    'contracts that import a library of ours',
    'libs/contracts/src/index.ts',
    "import '@gomon/messaging';",
    '@nx/enforce-module-boundaries',
  ],
  [
    'a database outside the correlator',
    'apps/ingest/src/main.ts',
    "import 'pg';",
    '@nx/enforce-module-boundaries',
  ],
  [
    "an ORM beside the correlator's",
    'libs/testing/src/index.ts',
    "import 'typeorm';",
    '@nx/enforce-module-boundaries',
  ],
  [
    'a test server in a service',
    'apps/ingest/src/main.ts',
    "import '@gomon/testing';",
    'no-restricted-imports',
  ],
  [
    'I/O where it is decided',
    'apps/correlator/src/decide/decide.ts',
    "import 'node:fs';",
    'no-restricted-imports',
  ],
  [
    'a framework where it is decided',
    'apps/correlator/src/decide/decide.ts',
    "import '@nestjs/common';",
    'no-restricted-imports',
  ],
  [
    'a store where it is decided',
    'apps/correlator/src/decide/decide.ts',
    "import '../database/database.js';",
    'no-restricted-imports',
  ],
  [
    'a clock where it is decided',
    'apps/correlator/src/decide/decide.ts',
    'export const now = Date.now();',
    'no-restricted-properties',
  ],
  [
    'a clock that is a date',
    'apps/correlator/src/decide/decide.ts',
    'export const now = new Date();',
    'no-restricted-syntax',
  ],
  [
    'chance where it is decided',
    'apps/correlator/src/decide/decide.ts',
    "import { randomUUID } from 'node:crypto'; export { randomUUID };",
    'no-restricted-imports',
  ],
] as const;

const results = z.array(z.array(z.string()));

/** Lints each text as if it were the file's, in one process: loading the rules takes longer than applying them. */
async function rulesBroken(): Promise<string[][]> {
  const script = `
    import { ESLint } from 'eslint';
    const eslint = new ESLint({ cwd: ${JSON.stringify(root)} });
    const broken = [];
    for (const [, filePath, text] of ${JSON.stringify(refused)}) {
      const [result] = await eslint.lintText(text, { filePath });
      broken.push(result.messages.map(({ ruleId }) => ruleId ?? 'none'));
    }
    console.log(JSON.stringify(broken));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
  });
  return results.parse(JSON.parse(stdout.slice(stdout.indexOf('[['))));
}

describe('the linter refuses', () => {
  let broken: string[][];
  beforeAll(async () => {
    broken = await rulesBroken();
  }, 120_000);

  it.each(refused.map((line, index) => ({ what: line[0], rule: line[3], index })))(
    '$what',
    ({ rule, index }) => {
      expect(broken[index]).toContain(rule);
    },
  );
});

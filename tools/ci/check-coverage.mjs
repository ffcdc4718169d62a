// Prints the share of lines that the tests ran, of the domain code and of all code, and fails below what is asked for.
import { readFileSync } from 'node:fs';
import { matchesGlob, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { domainCode } from './domain-code.mjs';

const leastPercent = { 'domain code': 90, 'all code': 80 };

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const { total, ...files } = JSON.parse(readFileSync(resolve(root, 'coverage/coverage-summary.json'), 'utf8'));
const ofDomain = Object.entries(files)
  .filter(([path]) => domainCode.some((glob) => matchesGlob(relative(root, path), glob)))
  .map(([, { lines }]) => lines);

const sum = (all, key) => all.reduce((soFar, lines) => soFar + lines[key], 0);
const lines = {
  'domain code': { covered: sum(ofDomain, 'covered'), total: sum(ofDomain, 'total') },
  'all code': total.lines,
};

for (const [what, { covered, total: all }] of Object.entries(lines)) {
  const percent = all === 0 ? 0 : (100 * covered) / all;
  const isEnough = percent >= leastPercent[what];
  console.log(
    `coverage of ${what}: ${percent.toFixed(1)} % of ${all} lines` +
      (isEnough ? '' : `, and ${leastPercent[what]} % are needed`),
  );
  if (!isEnough) process.exitCode = 1;
}

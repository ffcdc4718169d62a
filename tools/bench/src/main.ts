import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bench, PARTS } from './bench.js';
import { tableOf } from './result.js';

const usage = `npm run bench -- [--json FILE] [--only ${PARTS.join(',')}] [--rounds N] [--scale F]

  Measures this machine: alerts a second through the product, its floor and Alertmanager; how long a problem takes to
  Slack, calm and in a storm; memory; the start. Takes about 8 minutes; nothing else should run meanwhile.`;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    scale: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const only = values.only?.split(',') ?? PARTS;
const rounds = Number(values.rounds ?? 3);
const scale = Number(values.scale ?? 1);
const unknown = only.filter((part) => !(PARTS as readonly string[]).includes(part));

if (
  values.help === true ||
  unknown.length > 0 ||
  !Number.isSafeInteger(rounds) ||
  rounds < 1 ||
  !(scale > 0)
) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = values.help === true ? 0 : 64;
} else {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const result = await bench({ parts: new Set(only), rounds, scale, say });
  process.stdout.write(`\n${tableOf(result)}\n`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
}

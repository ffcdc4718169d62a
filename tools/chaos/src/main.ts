import { parseArgs } from 'node:util';
import { runChaos } from './chaos/chaos.js';

const usage = `npm run chaos -- [--seed N] [--minutes M]

  Starts the whole system with a data folder of its own, posts alerts and does harm for M minutes (kill -9, freezes,
  a misbehaving Slack, Opsgenie and Kubernetes), lets it settle and checks that nothing accepted is missing, doubled or wrongly shown.
  The same seed does the same harm. Ends with one line of JSON; exit code 0 when all was well.`;

const { values } = parseArgs({
  options: { seed: { type: 'string' }, minutes: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const minutes = Number(values.minutes ?? 2);

if (values.help === true || !Number.isSafeInteger(seed) || !(minutes > 0)) {
  process.stderr.write(`${usage}\n`);
  process.exitCode = values.help === true ? 0 : 64;
} else {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const outcome = await runChaos({ seed, durationMs: minutes * 60_000, say });
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  process.exitCode = outcome.ok ? 0 : 1;
}

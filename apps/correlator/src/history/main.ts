import { runTask } from './run-task.js';

// Whoever reads only the beginning is no error.
process.stdout.on('error', () => process.exit());

process.exitCode = await runTask(process.stdin, {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
});

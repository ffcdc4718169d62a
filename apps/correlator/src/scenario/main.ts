import { runFiles } from './run-files.js';

// Whoever reads only the beginning is no error.
process.stdout.on('error', () => process.exit());

process.exitCode = await runFiles(process.argv.slice(2), {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
});

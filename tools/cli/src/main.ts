import { runCli } from './run-cli.js';
import { printable } from './terminal/printable.js';

// Whoever reads only the beginning (`gomon … | head`) is no error.
process.stdout.on('error', () => process.exit());

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (line) => void process.stdout.write(`${printable(line)}\n`),
  err: (line) => void process.stderr.write(`${printable(line)}\n`),
});

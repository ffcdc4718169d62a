import { measureCorrelation } from './measure-correlation.js';
import { measureDecide } from './measure-decide.js';
import { measureTransactions } from './measure-transactions.js';

// What the benchmark measures inside the correlator, as one line of JSON. BENCH_OPEN_ALERTS: `1000,20000`; BENCH_SCALE: of the
// alerts that are put together, e.g. 0.1.
const url = process.env['BENCH_DATABASE_URL'];
const sizes = (process.env['BENCH_OPEN_ALERTS'] ?? '1000,20000,200000').split(',').map(Number);
const decide = measureDecide();
const correlation = measureCorrelation(Number(process.env['BENCH_SCALE'] ?? '1'));
const transactions = url === undefined ? [] : await measureTransactions(url, sizes);
process.stdout.write(`${JSON.stringify({ decide, correlation, transactions })}\n`);
process.exit(0);

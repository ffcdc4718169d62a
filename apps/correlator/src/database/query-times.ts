import { Histogram } from 'prom-client';

const seconds = new Histogram({
  name: 'gomon_query_seconds',
  help: 'From the sending of a statement to its answer, by statement; in a transaction those before it are waited for',
  labelNames: ['statement'] as const,
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
});

/** Statements that are made of parts have a few shapes; were there more, they would share a name. */
const MOST_NAMES = 200;
const names = new Map<string, string>();

/** Says when a statement was answered. */
export function timed(sql: string): () => void {
  return seconds.startTimer({ statement: nameOf(sql) });
}

function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= MOST_NAMES) return 'other';
  const name = statementName(sql);
  names.set(sql, name);
  return name;
}

/** Verb and first table: `insert alerts_active`. */
export function statementName(sql: string): string {
  const text = sql.replace(/\s+/g, ' ').trim().toLowerCase();
  const verb = /^\w+/.exec(text)?.[0] ?? 'other';
  const table = /\b(?:from|into|update|table) (?!unnest|json|\()"?(\w+)"?/.exec(text)?.[1];
  return table === undefined ? verb : `${verb} ${table}`;
}

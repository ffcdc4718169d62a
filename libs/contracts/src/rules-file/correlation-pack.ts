import { KINDS } from './correlation-kinds.js';
import { PATTERNS } from './correlation-patterns.js';
import { correlation } from './correlation.js';

/** What GoMon knows, as a rules file would say it. */
export const CORRELATION_PACK = correlation.parse({ kinds: KINDS, patterns: PATTERNS });

/** Names of kinds that are there without a rules file. */
export const KNOWN_KINDS: ReadonlySet<string> = new Set([
  ...CORRELATION_PACK.kinds.map(({ name }) => name),
  'other',
]);

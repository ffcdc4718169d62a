import type { RuleUsage } from '@gomon/contracts';
import type { Reader } from '../database/transaction.js';
import type { Rules } from '../decide/rules.js';
import { keyOf, rulesIn, type RuleRef } from '../decide/rules-that-match.js';
import type { RuleMatch } from './rule-matches.js';

const UNUSED_AFTER_MS = 30 * 24 * 3_600_000;

interface Row extends RuleRef {
  /** bigint comes as text. */
  readonly matches: string;
  readonly first_seen_at: Date;
  readonly last_at: Date | null;
}

/** Adds to what is written of each rule. `known`: rules that are in force, whether or not they have matched. */
export async function writeRuleMatches(
  reader: Reader,
  matches: readonly RuleMatch[],
  known: readonly RuleRef[],
  now: string,
): Promise<void> {
  const counted = new Set(matches.map(keyOf));
  const rows = [
    ...matches.map(({ section, rule, matches: count, lastAt }) => ({
      section,
      rule,
      matches: count,
      last_at: lastAt,
    })),
    ...known.filter((one) => !counted.has(keyOf(one))).map((one) => ({ ...one, matches: 0 })),
  ];
  if (rows.length === 0) return;
  // In one order, so that two replicas cannot wait for each other.
  await reader.query(
    `insert into rule_matches (section, rule, matches, first_seen_at, last_at)
     select section, rule, matches, $2, last_at
     from json_to_recordset($1::json) as new (section text, rule text, matches bigint, last_at timestamptz)
     order by section, rule
     on conflict (section, rule) do update set matches = rule_matches.matches + excluded.matches,
       last_at = greatest(rule_matches.last_at, excluded.last_at)
     where excluded.matches > 0`,
    [JSON.stringify(rows), now],
  );
}

/** Of each rule in force how often it has matched, in the order of the file's sections. */
export async function findRuleUsage(reader: Reader, rules: Rules, now: string): Promise<RuleUsage[]> {
  const rows = await reader.query<Row>(
    `select section, rule, matches, first_seen_at, last_at from rule_matches`,
  );
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  const unusedBefore = new Date(Date.parse(now) - UNUSED_AFTER_MS).toISOString();
  return rulesIn(rules).map(({ section, rule }) => {
    const row = known.get(keyOf({ section, rule }));
    const since = row?.first_seen_at.toISOString() ?? now;
    const lastAt = row?.last_at?.toISOString();
    return {
      section,
      rule,
      matches: Number(row?.matches ?? 0),
      since,
      ...(lastAt === undefined ? {} : { lastAt }),
      unused: (lastAt ?? since) < unusedBefore,
    };
  });
}

import type { WhyAlert } from '@gomon/contracts';

/** The last of what was decided: a message has its limits. */
const MOST = 15;

/** Why an alert is told or is not, as text. What is in it from outside is escaped by whoever sends it. */
export function whyInWords({ severity, title, status, now, decisions, observations }: WhyAlert): string {
  const shown = decisions.slice(-MOST);
  const left = decisions.length - shown.length;
  return [
    `Why ${severity} ${title} (${status}, ${observations} ${observations === 1 ? 'report' : 'reports'}):`,
    ...now.map((line) => `• ${line}`),
    ...(left === 0 ? [] : [`… ${left} earlier decisions`]),
    ...shown.flatMap(({ at, kind, why, rulesVersion, evidence }) => [
      `${at.slice(11, 19)} UTC  ${kind}: ${why}${versionOf(rulesVersion)}`,
      ...evidence.map((one) => `        ${one.about}: ${one.why}`),
    ]),
  ].join('\n');
}

function versionOf(version: number | undefined): string {
  if (version === undefined) return '';
  return version === 0 ? ' (default rules)' : ` (rules, version ${version})`;
}

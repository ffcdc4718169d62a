import {
  listAlertsAnswer,
  listSilencesAnswer,
  listTokensAnswer,
  problemView,
  ruleUsageAnswer,
  silencePreview,
  tokenView,
  whyAlert,
} from '@gomon/contracts';
import { z } from 'zod';
import { printable, printableJson } from '../terminal/printable.js';
import { table } from '../terminal/table.js';

const time = (text: string | undefined) => (text === undefined ? '' : `${text.slice(0, 19)}Z`);

function more(nextCursor: string | undefined): string {
  return nextCursor === undefined ? '' : '\n(there are more: narrow it, or raise --limit)';
}

export function alertsText(answer: unknown): string {
  const { items, nextCursor } = listAlertsAnswer.parse(answer);
  if (items.length === 0) return `No alert is like that.${more(nextCursor)}`;
  const rows = items.map(({ id, severity, status, title, firstSeenAt, muted, assigned }) => [
    id,
    severity,
    muted === undefined ? status : `${status}, muted`,
    time(firstSeenAt),
    title.slice(0, 60),
    assigned?.to ?? '',
  ]);
  return table([['ID', 'SEVERITY', 'STATUS', 'SINCE', 'TITLE', 'WHOSE'], ...rows]) + more(nextCursor);
}

const problems = z.object({ items: z.array(problemView), nextCursor: z.string().optional() });

export function problemsText(answer: unknown): string {
  const { items, nextCursor } = problems.parse(answer);
  if (items.length === 0) return 'No problem is like that.';
  const rows = items.map(({ id, severity, status, title, startsAt, muted, assigned, counts }) => [
    id,
    severity,
    muted === undefined ? status : `${status}, muted`,
    time(startsAt),
    title.slice(0, 60),
    String(counts.total),
    assigned?.to ?? '',
  ]);
  const heading = ['ID', 'SEVERITY', 'STATUS', 'SINCE', 'TITLE', 'ALERTS', 'WHOSE'];
  return table([heading, ...rows]) + more(nextCursor);
}

export function silencesText(answer: unknown): string {
  const { items, nextCursor } = listSilencesAnswer.parse(answer);
  if (items.length === 0) return 'There is no silence.';
  const rows = items.map(({ id, state, matchers, alert, endsAt, muted, warnings, comment, author }) => [
    id,
    state,
    alert?.title ?? matchers.map(({ name, operator, value }) => `${name}${operator}"${value}"`).join(' '),
    time(endsAt),
    String(muted),
    author.name ?? author.id,
    [comment, ...warnings.map((warning) => `(${warning})`)].join(' ').slice(0, 120),
  ]);
  const heading = ['ID', 'STATE', 'FOR', 'UNTIL', 'MUTED', 'BY', 'WHY'];
  return table([heading, ...rows]) + more(nextCursor);
}

export function previewText(answer: unknown): string {
  const { matching, open, bySeverity, alerts, warnings } = silencePreview.parse(answer);
  const counts = Object.entries(bySeverity).map(([severity, count]) => `${count} ${severity}`);
  return [
    `${matching} of ${open} open alerts match${counts.length === 0 ? '' : `: ${counts.sort().join(', ')}`}`,
    ...warnings.map((warning) => `warning: ${warning}`),
    ...(alerts.length === 0
      ? []
      : [
          table([
            ['ID', 'SEVERITY', 'TITLE'],
            ...alerts.map(({ id, severity, title }) => [id, severity, title]),
          ]),
        ]),
  ].join('\n');
}

export function ruleUsageText(answer: unknown): string {
  const { items } = ruleUsageAnswer.parse(answer);
  const rows = items.map(({ section, rule, matches, lastAt, unused }) => [
    section,
    rule,
    String(matches),
    time(lastAt) || 'never',
    unused ? 'unused for 30 days' : '',
  ]);
  return table([['SECTION', 'RULE', 'MATCHES', 'LAST', ''], ...rows]);
}

export function tokensText(answer: unknown): string {
  const { items } = listTokensAnswer.parse(answer);
  if (items.length === 0) return 'There is no token but those of API_TOKENS.';
  const rows = items.map(({ name, role, createdAt, createdBy, lastUsedAt, revoked }) => [
    name,
    role,
    time(createdAt),
    createdBy.name ?? createdBy.id,
    time(lastUsedAt) || 'never',
    revoked === undefined ? '' : `revoked ${time(revoked.at)}`,
  ]);
  return table([['NAME', 'ROLE', 'CREATED', 'BY', 'LAST USED', ''], ...rows]);
}

const created = tokenView.extend({ token: z.string() });

export function tokenText(answer: unknown): string {
  const { token, name, role } = created.parse(answer);
  return `${token}\nThat is ${name}, for the role ${role}. It is shown this once.`;
}

export function whyText(answer: unknown): string {
  const { title, severity, status, now, decisions, observations, lastSeenAt, told } = whyAlert.parse(answer);
  const lines = decisions.flatMap(({ at, kind, by, why, rulesVersion, evidence }) => {
    const rules =
      rulesVersion === undefined
        ? ''
        : ` [${rulesVersion === 0 ? 'default rules' : `rules ${rulesVersion}`}]`;
    return [
      `${time(at)}  ${kind.padEnd(14)} ${why} (${by.name ?? by.id})${rules}`,
      ...evidence.map((one) => `${' '.repeat(22)}${one.about}: ${one.why}`),
    ];
  });
  return printable(
    [
      `${severity} ${title}, ${status}; ${observations} reports, the last ${time(lastSeenAt)}`,
      ...now.map((line) => `  ${line}`),
      ...lines,
      ...told.map(({ at, channel, ts }) => `${time(at)}  told           ${channel} (message ${ts})`),
    ].join('\n'),
  );
}

/** All of it. */
export function itemText(answer: unknown): string {
  return printableJson(answer, 2);
}

const commanded = z.object({ commandId: z.string() });
const named = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  status: z.string().optional(),
  warnings: z.array(z.string()).default([]),
});

/** What became of a command. */
export function doneText(answer: unknown): string {
  if (commanded.safeParse(answer).success) return 'it is stored, and will be done';
  const { id, name, status, warnings } = named.catch({ warnings: [] }).parse(answer);
  const done = `done: ${[id ?? name, status].filter((part) => part !== undefined).join(' ')}`.trim();
  return [done, ...warnings.map((warning) => `warning: ${warning}`)].map(printable).join('\n');
}

import { labelOf, type ProblemView } from '@gomon/contracts';
import { fitted, isBlank, link, meaningful, oneLine, safeUrl } from './escape.js';

const MOST_LABELS = 12;
const MOST_VALUES = 5;
const MOST_MEMBERS = 5;
const LONGEST_URL = 2_000;
const LINKS_LENGTH = 2_900;

/** Labels that say most come first; the rest follows by name. */
const FIRST_LABELS = [
  'cluster',
  'environment',
  'env',
  'namespace',
  'service',
  'app',
  'job',
  'workload',
  'pod',
  'node',
  'instance',
];
/** Shown elsewhere in the message. */
const HIDDEN_LABELS = new Set(['alertname', 'severity', 'rulename']);
const TEXTS = [
  { annotation: 'summary', longest: 1_500 },
  { annotation: 'description', longest: 2_800 },
  { annotation: 'message', longest: 1_500 },
] as const;

/** What the source says of it in words, without repeating itself. */
export function textsOf({ title, primary }: ProblemView): readonly string[] {
  const texts: string[] = [];
  for (const { annotation, longest } of TEXTS) {
    const text = meaningful(labelOf(primary.annotations, annotation));
    if (text !== '' && ![title, ...texts].includes(text)) texts.push(fitted(text, longest));
  }
  return texts;
}

/** The measured values and the most telling labels. */
export function labelsLineOf({ primary }: ProblemView): string {
  const labels = Object.entries(primary.labels).filter(
    ([name, value]) => !HIDDEN_LABELS.has(name) && meaningful(value) !== '',
  );
  const rank = (name: string) => {
    const index = FIRST_LABELS.indexOf(name);
    return index < 0 ? FIRST_LABELS.length : index;
  };
  const shown = labels
    .toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, MOST_LABELS)
    .map(([name, value]) => `${fitted(oneLine(name), 60)}=${fitted(oneLine(value), 100)}`);
  const left = labels.length - shown.length;
  return [...valuesOf(primary), ...shown, ...(left > 0 ? [`and ${left} more`] : [])].join(' · ');
}

/** Older Grafanas send the values as text only. */
function valuesOf({ values, valueString }: ProblemView['primary']): readonly string[] {
  const numbers = Object.entries(values ?? {})
    .flatMap(([name, value]) => (value === null ? [] : [`${fitted(oneLine(name), 60)} = ${short(value)}`]))
    .slice(0, MOST_VALUES);
  if (numbers.length > 0) return numbers;
  const text = meaningful(valueString ?? '');
  return text === '' ? [] : [fitted(oneLine(text), 300)];
}

function short(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
}

/** The first few members of a problem of many. */
export function membersOf({ members, counts }: ProblemView): string {
  if (counts.total < 2) return '';
  const shown = members
    .slice(0, MOST_MEMBERS)
    .map(({ title, status }) => `• ${fitted(oneLine(title), 150)} (${status})`);
  const left = counts.total - shown.length;
  return [...shown, ...(left > 0 ? [`and ${left} more`] : [])].join('\n');
}

export function hasRunbook({ primary }: ProblemView): boolean {
  return meaningful(primary.about.runbookUrl ?? '') !== '';
}

/** Where to look and what to do. `other`: what cannot be a link, to be read. */
export function linksOf({ primary }: ProblemView): {
  readonly links: string;
  readonly other: readonly string[];
} {
  const { about } = primary;
  const targets = [
    ['Runbook', about.runbookUrl],
    ['Dashboard', about.dashboardUrl],
    ['Panel', about.panelUrl],
    ['Image', primary.imageUrl],
    ['Source', primary.generatorUrl],
    ['Silence at the source', primary.silenceUrl],
  ] as const;
  let links = '';
  const other: string[] = [];
  for (const [label, target = ''] of targets) {
    if (meaningful(target) === '' || isBlank(target)) continue;
    const url = safeUrl(target, LONGEST_URL);
    const next = url === undefined ? undefined : `${links === '' ? '' : `${links} · `}${link(url, label)}`;
    if (next === undefined || next.length > LINKS_LENGTH)
      other.push(`${label}: ${fitted(oneLine(target), 200)}`);
    else links = next;
  }
  return { links, other };
}

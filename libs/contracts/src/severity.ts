import { z } from 'zod';
import type { Labels } from './labels.js';

/** P0 critical system failure, P1 high impact, P2 medium, P3 low, P4 information. */
export const severity = z.enum(['P0', 'P1', 'P2', 'P3', 'P4']);
export type Severity = z.infer<typeof severity>;

/** Severity of an alert that says nothing about it. */
export const DEFAULT_SEVERITY: Severity = 'P3';

/** Labels that are asked for a severity, in this order. */
const SEVERITY_LABELS = ['severity', 'priority', 'level'] as const;

/**
 * What senders write, and what we take it for. Prometheus and Grafana have no fixed words: these are the ones of the
 * kubernetes-mixin, of common rule packs and of syslog.
 */
const WORDS: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ...(['p0', 'sev0', 's0', 'emergency', 'emerg', 'disaster', 'fatal', 'blocker'] as const).map(is('P0')),
  ...(['p1', 'sev1', 's1', 'critical', 'crit', 'page', 'alert', 'high'] as const).map(is('P1')),
  ...(['p2', 'sev2', 's2', 'warning', 'warn', 'error', 'err', 'major', 'average', 'medium'] as const).map(
    is('P2'),
  ),
  ...(['p3', 'sev3', 's3', 'minor', 'low', 'notice'] as const).map(is('P3')),
  ...(['p4', 'sev4', 's4', 'info', 'information', 'informational', 'none', 'debug', 'ok'] as const).map(
    is('P4'),
  ),
]);

function is(level: Severity): (word: string) => [string, Severity] {
  return (word) => [word, level];
}

/** The severity of an alert and the words that say why. */
export interface SeverityDecision {
  readonly severity: Severity;
  readonly why: string;
}

/**
 * What Grafana calls the alerts that say that a rule could not be evaluated, and what people do: they are not what the rule is
 * about, which is in `rulename`.
 */
export const UNEVALUATED: ReadonlyMap<string, string> = new Map([
  ['DatasourceNoData', 'No data'],
  ['DatasourceError', 'Error'],
]);
const UNEVALUATED_SEVERITY: Severity = 'P2';

/**
 * The default mapping from labels to severity; the first label with a known word decides. Of a rule that could not be evaluated
 * nobody knows whether it is as bad as its label says.
 */
export function severityOf(labels: Labels): SeverityDecision {
  const said = severityIn(labels);
  if (!UNEVALUATED.has(labels['alertname'] ?? '') || said.severity >= UNEVALUATED_SEVERITY) return said;
  return {
    severity: UNEVALUATED_SEVERITY,
    why: `${said.why}, but its rule could not be evaluated: ${UNEVALUATED_SEVERITY}`,
  };
}

function severityIn(labels: Labels): SeverityDecision {
  for (const name of SEVERITY_LABELS) {
    const word = labels[name];
    const level = word === undefined ? undefined : WORDS.get(word.trim().toLowerCase());
    if (level !== undefined) return { severity: level, why: `label ${name}="${word ?? ''}" means ${level}` };
  }
  return { severity: DEFAULT_SEVERITY, why: `no known severity label: default ${DEFAULT_SEVERITY}` };
}

/** Urgent severities travel on subjects and consumers of their own, so that they never queue behind a storm. */
export function isUrgent(level: Severity): boolean {
  return level === 'P0' || level === 'P1';
}

/** The more severe of two. */
export function moreSevere(a: Severity, b: Severity): Severity {
  return a < b ? a : b;
}

import { canonicalTime, labelOf, type Observation } from '@gomon/contracts';
import { detailsOf, labelValue, LIMITS, Notes, textOf } from './clean.js';

/** An alert of a webhook that cannot be taken: which field, and why. */
export class AlertFault extends Error {
  override readonly name = 'AlertFault';
  constructor(
    readonly field: string,
    why: string,
  ) {
    super(`${field} ${why}`);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields of Grafana's and Alertmanager's alerts that have a place of their own in an observation. */
const KNOWN = new Set([
  'status',
  'labels',
  'annotations',
  'startsAt',
  'endsAt',
  'generatorURL',
  'fingerprint',
  'silenceURL',
  'dashboardURL',
  'panelURL',
  'imageURL',
  'values',
  'valueString',
  'ruleUID',
]);

/** An observation that takes more than this as JSON is cut down, and refused when even that does not help. */
const MOST_BYTES = 200_000;
const CUT_ANNOTATION = 1_000;

/**
 * One alert of a webhook as an observation: its own status decides, whatever its group says. Grafana's and Alertmanager's
 * alerts differ only in what they leave out.
 * @throws AlertFault
 */
export function observationOf(raw: unknown): Observation {
  if (!isObject(raw)) throw new AlertFault('alert', 'is no object');
  const { status } = raw;
  if (status !== 'firing' && status !== 'resolved')
    throw new AlertFault('status', 'is neither firing nor resolved');
  const notes = new Notes();
  const { labels, hidden } = labelsOf(notes, raw['labels']);
  const annotations = annotationsOf(notes, raw['annotations']);
  const startsAt = timeOf('startsAt', raw['startsAt']);
  const endsAt = timeOf('endsAt', raw['endsAt']);
  const url = (name: string) => {
    const text = textOf(raw[name]);
    return text === undefined || text === '' ? undefined : notes.text(name, text, LIMITS.url);
  };
  const others = Object.fromEntries(Object.entries(raw).filter(([name]) => !KNOWN.has(name)));
  const observation = present<Observation>({
    status,
    labels,
    annotations,
    startsAt,
    endsAt,
    senderFingerprint: url('fingerprint'),
    ruleUid: url('ruleUID') ?? hidden['__alert_rule_uid__'] ?? ruleUidOf(textOf(raw['generatorURL'])),
    stateReason: emptyIsAbsent(labelOf(annotations, 'grafana_state_reason')),
    generatorUrl: url('generatorURL'),
    silenceUrl: url('silenceURL'),
    dashboardUrl: url('dashboardURL'),
    panelUrl: url('panelURL'),
    imageUrl: url('imageURL'),
    values: valuesOf(notes, labels, raw['values']),
    valueString: emptyIsAbsent(
      notes.text('valueString', textOf(raw['valueString']) ?? '', LIMITS.annotation),
    ),
    details: detailsOf(
      notes,
      Object.keys(hidden).length === 0 ? others : { ...others, hiddenLabels: hidden },
    ),
  });
  return bounded(observation, notes);
}

/** Visible labels, and the sender's own `__x__` ones. An empty value equals a missing label (Prometheus). */
function labelsOf(
  notes: Notes,
  raw: unknown,
): { labels: Record<string, string>; hidden: Record<string, string> } {
  if (!isObject(raw)) throw new AlertFault('labels', raw === undefined ? 'is missing' : 'is no object');
  const entries = Object.entries(raw);
  if (entries.length > LIMITS.labels) {
    throw new AlertFault('labels', `has ${entries.length} entries, at most ${LIMITS.labels} are taken`);
  }
  const labels: [string, string][] = [];
  const hidden: [string, string][] = [];
  for (const [rawName, rawValue] of entries) {
    const text = textOf(rawValue);
    if (text === undefined || text === '' || rawName === '__proto__') continue;
    if (typeof rawValue !== 'string') notes.add(`label ${rawName}: ${typeof rawValue} taken as text`);
    const name = notes.text('label name', rawName, LIMITS.labelName);
    const isHidden = name.startsWith('__') && name.endsWith('__');
    (isHidden ? hidden : labels).push([name, labelValue(notes, name, text)]);
  }
  return { labels: Object.fromEntries(labels), hidden: Object.fromEntries(hidden) };
}

function annotationsOf(notes: Notes, raw: unknown): Record<string, string> {
  if (raw === null || raw === undefined) return {};
  if (!isObject(raw)) throw new AlertFault('annotations', 'is no object');
  const entries = Object.entries(raw).filter(([name]) => name !== '__proto__');
  if (entries.length > LIMITS.annotations) {
    notes.add(`annotations: ${entries.length - LIMITS.annotations} of ${entries.length} left out`);
  }
  return Object.fromEntries(
    entries.slice(0, LIMITS.annotations).flatMap(([rawName, value]) => {
      const text = textOf(value);
      if (text === undefined || text === '') return [];
      const name = notes.text('annotation name', rawName, LIMITS.labelName);
      return [[name, notes.text(`annotation ${name}`, text, LIMITS.annotation)]];
    }),
  );
}

function timeOf(field: string, raw: unknown): string | undefined {
  if (raw === null || raw === undefined) return undefined;
  if (typeof raw !== 'string') throw new AlertFault(field, 'is no text');
  try {
    return canonicalTime(raw);
  } catch (error) {
    throw new AlertFault(field, `is ${error instanceof Error ? error.message : 'no time'}`);
  }
}

/** Where a rule could not be evaluated, Grafana sends -1 for each query: that was not measured. */
function valuesOf(
  notes: Notes,
  labels: Readonly<Record<string, string>>,
  raw: unknown,
): Record<string, number | null> | undefined {
  if (!isObject(raw)) return undefined;
  const entries = Object.entries(raw).filter(([name]) => name !== '__proto__');
  if (entries.length === 0) return undefined;
  const alertname = labelOf(labels, 'alertname');
  if (alertname === 'DatasourceNoData' || alertname === 'DatasourceError') {
    notes.add('values: left out, nothing was measured');
    return undefined;
  }
  return Object.fromEntries(
    entries.slice(0, LIMITS.values).map(([name, value]) => {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      const isNumber = typeof number === 'number' && Number.isFinite(number);
      return [notes.text('value name', name, LIMITS.labelName), isNumber ? number : null];
    }),
  );
}

/** Before 2026 the rule's uid stood in its link alone: `…/alerting/grafana/<uid>/view`. */
function ruleUidOf(generatorUrl: string | undefined): string | undefined {
  return /\/alerting\/(?:grafana\/)?([A-Za-z0-9_-]{1,40})\/(?:view|edit)\b/.exec(generatorUrl ?? '')?.[1];
}

function bounded(observation: Observation, notes: Notes): Observation {
  const noted = (one: Observation) => (notes.all.length === 0 ? one : { ...one, notes: [...notes.all] });
  if (bytesOf(observation) <= MOST_BYTES) return noted(observation);
  notes.add('annotations and details cut: the alert is too large');
  const { details: _, valueString: __, ...rest } = observation;
  const annotations = Object.fromEntries(
    Object.entries(observation.annotations).map(([name, text]) => [
      name,
      notes.text('', text, CUT_ANNOTATION),
    ]),
  );
  const smaller = { ...rest, annotations };
  const bytes = bytesOf(smaller);
  if (bytes > MOST_BYTES)
    throw new AlertFault('alert', `takes ${bytes} bytes, at most ${MOST_BYTES} are taken`);
  return noted(smaller);
}

function bytesOf(observation: Observation): number {
  return Buffer.byteLength(JSON.stringify(observation));
}

/** Without the keys that have no value. */
function present<T>(fields: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function emptyIsAbsent(text: string): string | undefined {
  return text === '' ? undefined : text;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

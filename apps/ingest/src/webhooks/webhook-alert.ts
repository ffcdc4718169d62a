import { canonicalTime, labelOf, UNEVALUATED, type Observation } from '@gomon/contracts';
import { detailsOf, entriesOf, labelText, LIMITS, Notes, textOf } from './clean.js';

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
/** Less text than this takes fewer bytes, whatever it consists of (6 a unit in JSON) and whatever else stands beside it. */
const SURELY_FEW_UNITS = 20_000;

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
  const { annotations, furtherAnnotations } = annotationsOf(notes, raw['annotations']);
  const { values, unmeasured } = valuesOf(notes, labels, raw['values']);
  const text = (name: string, maxLength: number = LIMITS.url) => {
    const content = textOf(raw[name]);
    return content === undefined || content === '' ? undefined : notes.text(name, content, maxLength);
  };
  const generatorUrl = text('generatorURL');
  const observation = present<Observation>({
    status,
    labels,
    annotations,
    startsAt: timeOf('startsAt', raw['startsAt']),
    endsAt: timeOf('endsAt', raw['endsAt']),
    senderFingerprint: text('fingerprint'),
    ruleUid: text('ruleUID') ?? hidden?.['__alert_rule_uid__'] ?? ruleUidOf(generatorUrl),
    stateReason: emptyIsAbsent(labelOf(annotations, 'grafana_state_reason')),
    generatorUrl,
    silenceUrl: text('silenceURL'),
    dashboardUrl: text('dashboardURL'),
    panelUrl: text('panelURL'),
    imageUrl: text('imageURL'),
    values,
    valueString: text('valueString', LIMITS.annotation),
    details: detailsOf(notes, {
      ...others(raw),
      values: unmeasured,
      hiddenLabels: hidden,
      furtherAnnotations,
    }),
  });
  return bounded(observation, notes);
}

function others(raw: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !KNOWN.has(name)));
}

/** Visible labels, and the sender's own `__x__` ones. An empty value equals a missing label (Prometheus). */
function labelsOf(
  notes: Notes,
  raw: unknown,
): { labels: Record<string, string>; hidden: Record<string, string> | undefined } {
  if (!isObject(raw)) throw new AlertFault('labels', raw === undefined ? 'is missing' : 'is no object');
  const entries = entriesOf(notes, 'label', raw);
  if (entries.length > LIMITS.labels) {
    throw new AlertFault('labels', `has ${entries.length} entries, at most ${LIMITS.labels} are taken`);
  }
  const labels: [string, string][] = [];
  const hidden: [string, string][] = [];
  for (const [rawName, rawValue] of entries) {
    const value = textOf(rawValue);
    if (value === undefined || value === '') continue;
    const name = labelText(notes, 'label name', rawName, LIMITS.labelName);
    if (typeof rawValue !== 'string') notes.add(`label ${name}: ${typeof rawValue} taken as text`);
    const isHidden = name.startsWith('__') && name.endsWith('__');
    (isHidden ? hidden : labels).push([name, labelText(notes, `label ${name}`, value, LIMITS.labelValue)]);
  }
  return {
    labels: Object.fromEntries(labels),
    hidden: hidden.length === 0 ? undefined : Object.fromEntries(hidden),
  };
}

function annotationsOf(
  notes: Notes,
  raw: unknown,
): { annotations: Record<string, string>; furtherAnnotations?: Record<string, unknown> } {
  if (raw === null || raw === undefined) return { annotations: {} };
  if (!isObject(raw)) throw new AlertFault('annotations', 'is no object');
  const entries = entriesOf(notes, 'annotation', raw);
  const annotations = Object.fromEntries(
    entries.slice(0, LIMITS.annotations).flatMap(([rawName, value]) => {
      const text = textOf(value);
      if (text === undefined || text === '') return [];
      const name = notes.text('annotation name', rawName, LIMITS.labelName);
      return [[name, notes.text(`annotation ${name}`, text, LIMITS.annotation)]];
    }),
  );
  if (entries.length <= LIMITS.annotations) return { annotations };
  notes.add(`annotations: ${entries.length - LIMITS.annotations} of ${entries.length} set apart`);
  return { annotations, furtherAnnotations: Object.fromEntries(entries.slice(LIMITS.annotations)) };
}

function timeOf(field: string, raw: unknown): string | undefined {
  if (raw === null || raw === undefined) return undefined;
  if (typeof raw !== 'string') throw new AlertFault(field, 'is no text');
  const time = canonicalOrFault(field, raw);
  // An offset can lead out of the years that RFC 3339 can write.
  if (time !== undefined && !/^\d{4}-/.test(time)) throw new AlertFault(field, 'is later than the year 9999');
  return time;
}

function canonicalOrFault(field: string, raw: string): string | undefined {
  try {
    return canonicalTime(raw);
  } catch (error) {
    throw new AlertFault(field, `is ${error instanceof Error ? error.message : 'no time'}`);
  }
}

/** Measured values, or what stands in their place. Where a rule could not be evaluated, Grafana sends -1 for each query. */
function valuesOf(
  notes: Notes,
  labels: Readonly<Record<string, string>>,
  raw: unknown,
): { values?: Record<string, number | null>; unmeasured?: unknown } {
  if (raw === null || raw === undefined) return {};
  if (!isObject(raw)) {
    notes.add('values: no object, set apart');
    return { unmeasured: raw };
  }
  const entries = entriesOf(notes, 'value', raw);
  if (entries.length === 0) return {};
  if (UNEVALUATED.has(labelOf(labels, 'alertname'))) {
    notes.add('values: set apart, nothing was measured');
    return { unmeasured: raw };
  }
  if (entries.length > LIMITS.values) {
    notes.add(`values: ${entries.length - LIMITS.values} of ${entries.length} left out`);
  }
  const values = entries.slice(0, LIMITS.values).map(([rawName, value]): [string, number | null] => {
    const name = notes.text('value name', rawName, LIMITS.labelName);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return [name, number];
    if (value !== null) notes.add(`value ${name}: no number, it was ${textOf(value) ?? ''}`);
    return [name, null];
  });
  return { values: Object.fromEntries(values) };
}

/** Before 2026 the rule's uid stood in its link alone: `…/alerting/grafana/<uid>/view`. */
function ruleUidOf(generatorUrl: string | undefined): string | undefined {
  return /\/alerting\/(?:grafana\/)?([A-Za-z0-9_-]{1,40})\/(?:view|edit)\b/.exec(generatorUrl ?? '')?.[1];
}

function bounded(observation: Observation, notes: Notes): Observation {
  const noted = (one: Observation) => (notes.all.length === 0 ? one : { ...one, notes: [...notes.all] });
  if (notes.units <= SURELY_FEW_UNITS || bytesOf(observation) <= MOST_BYTES) return noted(observation);
  notes.add('annotations and details cut: the alert is too large');
  const { details: _, valueString: __, ...rest } = observation;
  const annotations = Object.fromEntries(
    Object.entries(observation.annotations).map(([name, text]) => [
      name,
      notes.text(`annotation ${name}`, text, CUT_ANNOTATION),
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

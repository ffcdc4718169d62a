import type { DeliveryGroup, Observation } from '@gomon/contracts';
import { HttpProblem } from '@gomon/service';
import { detailsOf, entriesOf, LIMITS, Notes, textOf } from './clean.js';
import { refusedOf, type Fault, type Refused } from './refused.js';
import { AlertFault, isObject, observationOf } from './webhook-alert.js';

/** What a webhook says. */
export interface Webhook {
  readonly group: DeliveryGroup;
  readonly observations: readonly Observation[];
  readonly refused: readonly Refused[];
}

/** A body within the usual limit holds some ten thousand alerts. */
const MOST_ALERTS = 50_000;
/** The group goes along with the alerts; as JSON it takes no more than this. */
const MOST_GROUP_BYTES = 48 * 1024;

/**
 * The webhook body of Grafana (version 1) and Alertmanager (version 4), which share their shape. Unknown fields are kept; a
 * bad alert does not stop its neighbours.
 * @throws HttpProblem 400 naming the field, when there are no alerts to be found; 413 when there are far too many
 */
export function webhookOf(json: unknown): Webhook {
  if (!isObject(json)) throw malformed('', 'must be an object');
  const { alerts } = json;
  if (!Array.isArray(alerts))
    throw malformed('alerts', alerts === undefined ? 'is missing' : 'must be an array');
  if (alerts.length > MOST_ALERTS) {
    throw new HttpProblem(413, 'Too many alerts at once', {
      errors: [
        { field: 'alerts', message: `has ${alerts.length} entries, at most ${MOST_ALERTS} are taken` },
      ],
    });
  }
  const observations: Observation[] = [];
  const faults: Fault[] = [];
  for (const [index, alert] of alerts.entries()) {
    try {
      observations.push(observationOf(alert));
    } catch (error) {
      if (!(error instanceof AlertFault)) throw error;
      faults.push({ index, reason: `alerts[${index}].${error.message}`, alert });
    }
  }
  return { group: groupOf(json), observations, refused: refusedOf(json, faults) };
}

function malformed(field: string, message: string): HttpProblem {
  return new HttpProblem(400, 'The body is no webhook of alerts', { errors: [{ field, message }] });
}

/** Fields of a group that are texts, by their names in an observation's group. */
const TEXTS = {
  receiver: 'receiver',
  status: 'status',
  groupKey: 'groupKey',
  externalURL: 'externalUrl',
  title: 'title',
  message: 'message',
} as const;
const LABELS = ['groupLabels', 'commonLabels', 'commonAnnotations'] as const;

function groupOf({ alerts: _, ...fields }: Readonly<Record<string, unknown>>): DeliveryGroup {
  const notes = new Notes();
  const group: DeliveryGroup = {};
  const others = new Map(entriesOf(notes, 'field', fields));
  for (const [name, place] of Object.entries(TEXTS)) {
    const text = textOf(fields[name]);
    if (text !== undefined && text !== '') group[place] = notes.text(name, text, LIMITS.message);
    others.delete(name);
  }
  for (const name of LABELS) {
    const labels = fields[name];
    if (!isObject(labels)) continue;
    group[name] = labelsOf(notes, name, labels);
    others.delete(name);
  }
  const truncated = fields['truncatedAlerts'];
  if (typeof truncated === 'number' && Number.isSafeInteger(truncated) && truncated >= 0) {
    group.truncatedAlerts = truncated;
    others.delete('truncatedAlerts');
  }
  const details = detailsOf(notes, Object.fromEntries(others));
  if (details !== undefined) group.details = details;
  return bounded(group, notes);
}

function labelsOf(notes: Notes, what: string, raw: object): Record<string, string> {
  const entries = entriesOf(notes, what, raw);
  const most = LIMITS.groupLabels;
  if (entries.length > most) notes.add(`${what}: ${entries.length - most} of ${entries.length} left out`);
  return Object.fromEntries(
    entries.slice(0, most).flatMap(([name, value]) => {
      const text = textOf(value);
      if (text === undefined) return [];
      return [[notes.text(what, name, LIMITS.labelName), notes.text(what, text, LIMITS.labelValue)]];
    }),
  );
}

/** Each alert has its labels and annotations itself, so what is common to all can go when it is too much. */
function bounded(group: DeliveryGroup, notes: Notes): DeliveryGroup {
  let kept = group;
  for (const name of ['commonAnnotations', 'commonLabels', 'message', 'details', 'groupLabels'] as const) {
    if (Buffer.byteLength(JSON.stringify(kept)) <= MOST_GROUP_BYTES) break;
    const { [name]: leftOut, ...rest } = kept;
    if (leftOut !== undefined) notes.add(`${name}: left out, the group is too large`);
    kept = rest;
  }
  return notes.all.length === 0 ? kept : { ...kept, details: { ...kept.details, changed: notes.all } };
}

import type { DeliveryGroup, Observation } from '@gomon/contracts';
import { HttpProblem } from '@gomon/service';
import { detailsOf, LIMITS, Notes, textOf } from './clean.js';
import { AlertFault, isObject, observationOf } from './webhook-alert.js';

/** One alert that was refused, with all that is needed to send it again alone. */
export interface Refused {
  readonly index: number;
  readonly reason: string;
  /** A webhook body that holds this alert alone. */
  readonly body: string;
}

/** What a webhook says. */
export interface Webhook {
  readonly group: DeliveryGroup;
  readonly observations: readonly Observation[];
  readonly refused: readonly Refused[];
}

const KNOWN = new Set([
  'receiver',
  'status',
  'alerts',
  'groupLabels',
  'commonLabels',
  'commonAnnotations',
  'externalURL',
  'groupKey',
  'truncatedAlerts',
  'title',
  'message',
]);

/**
 * The webhook body of Grafana (version 1) and Alertmanager (version 4), which share their shape. Unknown fields are kept; a
 * bad alert does not stop its neighbours.
 * @throws HttpProblem 400 naming the field, when there are no alerts to be found
 */
export function webhookOf(json: unknown): Webhook {
  if (!isObject(json)) throw malformed('', 'must be an object');
  const { alerts } = json;
  if (!Array.isArray(alerts))
    throw malformed('alerts', alerts === undefined ? 'is missing' : 'must be an array');
  const observations: Observation[] = [];
  const refused: Refused[] = [];
  for (const [index, alert] of alerts.entries()) {
    try {
      observations.push(observationOf(alert));
    } catch (error) {
      if (!(error instanceof AlertFault)) throw error;
      refused.push({
        index,
        reason: `alerts[${index}].${error.message}`,
        body: JSON.stringify({ ...json, alerts: [alert] }),
      });
    }
  }
  return { group: groupOf(json), observations, refused };
}

function malformed(field: string, message: string): HttpProblem {
  return new HttpProblem(400, 'The body is no webhook of alerts', { errors: [{ field, message }] });
}

function groupOf(json: Readonly<Record<string, unknown>>): DeliveryGroup {
  const notes = new Notes();
  const text = (name: string) => {
    const value = textOf(json[name]);
    return value === undefined || value === '' ? undefined : notes.text(name, value, LIMITS.message);
  };
  const texts = (name: string) => {
    const value = json[name];
    if (!isObject(value)) return undefined;
    const entries = Object.entries(value).flatMap(([key, item]) => {
      const content = textOf(item);
      if (content === undefined || key === '__proto__') return [];
      return [[notes.text(name, key, LIMITS.labelName), notes.text(name, content, LIMITS.labelValue)]];
    });
    return entries.length === 0
      ? undefined
      : (Object.fromEntries(entries.slice(0, 64)) as Record<string, string>);
  };
  const truncated = json['truncatedAlerts'];
  const others = Object.fromEntries(Object.entries(json).filter(([name]) => !KNOWN.has(name)));
  const group = {
    receiver: text('receiver'),
    status: text('status'),
    groupKey: text('groupKey'),
    groupLabels: texts('groupLabels'),
    commonLabels: texts('commonLabels'),
    commonAnnotations: texts('commonAnnotations'),
    externalUrl: text('externalURL'),
    title: text('title'),
    message: text('message'),
    truncatedAlerts:
      typeof truncated === 'number' && Number.isSafeInteger(truncated) && truncated >= 0
        ? truncated
        : undefined,
    details: detailsOf(notes, others),
  };
  return Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined));
}

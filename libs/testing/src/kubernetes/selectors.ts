import type { KubernetesObject } from './objects.js';
import { StatusError } from './status.js';

type Holds = (object: KubernetesObject) => boolean;

/** Fields by which a resource can be selected, beside its name and namespace (API concepts, "Field selectors"). */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'status.phase',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.podIP',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.uid',
    'involvedObject.fieldPath',
    'reason',
    'type',
    'source',
    'reportingComponent',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
};

/** @throws StatusError 400 for what cannot be read or selected by */
export function selectorOf(kind: string, labelSelector: string, fieldSelector: string): Holds {
  const conditions = [
    ...splitOutsideBrackets(labelSelector).map(labelCondition),
    ...splitOutsideBrackets(fieldSelector).map((text) => fieldCondition(kind, text)),
  ];
  return (object) => conditions.every((holds) => holds(object));
}

function labelCondition(text: string): Holds {
  const set = /^\s*([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return ({ metadata }) => {
      const value = metadata.labels?.[key];
      const isIn = value !== undefined && values.includes(value);
      return operator === 'in' ? isIn : !isIn;
    };
  }
  const exists = /^\s*(!?)\s*([\w./-]+)\s*$/.exec(text);
  if (exists !== null) {
    const [, not, key = ''] = exists;
    return ({ metadata }) => (metadata.labels?.[key] !== undefined) === (not === '');
  }
  const equals = /^\s*([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)\s*$/.exec(text);
  if (equals === null) throw new StatusError(400, 'BadRequest', `unable to parse requirement: ${text}`);
  const [, key = '', operator, value = ''] = equals;
  return ({ metadata }) => ((metadata.labels?.[key] ?? undefined) === value) === (operator !== '!=');
}

function fieldCondition(kind: string, text: string): Holds {
  const [, field = '', operator, value = ''] = /^\s*([\w.]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(text) ?? [];
  const known = ['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])];
  if (!known.includes(field)) {
    throw new StatusError(400, 'BadRequest', `field label not supported: ${field === '' ? text : field}`);
  }
  return (object) => (valueAt(object, field) === value) === (operator !== '!=');
}

function valueAt(object: unknown, path: string): string {
  let value = object;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}

function splitOutsideBrackets(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(/,(?![^(]*\))/);
}

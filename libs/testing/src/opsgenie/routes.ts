import type { z } from 'zod';
import type { Account, Incident, Processed } from './account.js';
import {
  action,
  addNote,
  addTags,
  createAlert,
  createIncident,
  setDescription,
  setMessage,
  setPriority,
} from './bodies.js';
import { matcherOf } from './query.js';

/** A request, once its key is known to be right. */
export interface Call {
  readonly account: Account;
  /** What stands in the path for `{}`. */
  readonly identifier: string;
  readonly query: URLSearchParams;
}

type Written = Omit<Processed, 'processedAt'>;

/** Accepted with 202; what it does is decided later. */
export interface Write {
  readonly kind: 'write';
  readonly schema: z.ZodType;
  readonly run: (call: Call, body: never) => Written;
}

export interface Read {
  readonly kind: 'read';
  readonly run: (call: Call) => { readonly status: number; readonly body: object };
}

function write<Schema extends z.ZodType>(
  schema: Schema,
  run: (call: Call, body: z.output<Schema>) => Written,
): Write {
  return { kind: 'write', schema, run };
}

function read(run: Read['run']): Read {
  return { kind: 'read', run };
}

const NO_INCIDENT = { isSuccess: false, status: 'Incident does not exist', id: '' };
const NO_ALERT = { isSuccess: false, status: 'Alert does not exist', id: '', alias: '' };

function incidentMove(to: 'resolve' | 'close' | 'reopen', done: string): Write {
  return write(action, ({ account, identifier, query }, { note }) => {
    const incident = account.incident(identifier, query.get('identifierType') ?? 'id');
    const name = done.split(' ')[0] ?? to;
    if (incident === undefined) return { action: name, ...NO_INCIDENT };
    const isDone = account.move(incident, to, 'API', note);
    return {
      action: name,
      isSuccess: isDone,
      status: isDone ? done : `Incident is ${incident.status}`,
      id: incident.id,
    };
  });
}

/** @param change makes it, and answers what its timeline says of it */
function incidentChange<Schema extends z.ZodType>(
  schema: Schema,
  done: string,
  change: (incident: Incident, body: z.output<Schema>) => string,
): Write {
  return write(schema, ({ account, identifier, query }, body) => {
    const incident = account.incident(identifier, query.get('identifierType') ?? 'id');
    if (incident === undefined) return { action: done, ...NO_INCIDENT };
    account.tell(incident, 'API', change(incident, body));
    return { action: done, isSuccess: true, status: done, id: incident.id };
  });
}

function alertChange(
  done: string,
  change: (alert: NonNullable<ReturnType<Account['alert']>>, note: string | undefined) => void,
): Write {
  return write(action, ({ account, identifier, query }, { note }) => {
    const alert = account.alert(identifier, query.get('identifierType') ?? 'id');
    if (alert === undefined) return { action: done, ...NO_ALERT };
    change(alert, note);
    alert.updatedAt = new Date().toISOString();
    account.changed();
    return { action: done, isSuccess: true, status: done, id: alert.id, alias: alert.alias };
  });
}

const notFound = (what: string) => ({ status: 404, body: { message: `${what} does not exist` } });

function list(things: (call: Call) => readonly (object & { readonly tags: readonly string[] })[]): Read {
  return read((call) => {
    const limit = Number(call.query.get('limit') ?? 20);
    const offset = Number(call.query.get('offset') ?? 0);
    if (!(limit >= 1 && limit <= 100) || !(offset >= 0) || offset + limit > 20_000) {
      return {
        status: 422,
        body: { message: 'Request is not processable.', errors: { limit: 'should be 1 to 100' } },
      };
    }
    const query = call.query.get('query') ?? '';
    const matches = query === '' ? () => true : matcherOf(query);
    if (matches === undefined) {
      return {
        status: 422,
        body: { message: 'Request is not processable.', errors: { query: 'cannot be parsed' } },
      };
    }
    const found = things(call).filter((thing) => matches({ ...thing }));
    const ordered = call.query.get('order') === 'asc' ? found : found.toReversed();
    return { status: 200, body: { data: ordered.slice(offset, offset + limit), paging: {} } };
  });
}

/** Every call, by method and path; `{}` is an identifier. */
export const ROUTES: Readonly<Record<string, Write | Read>> = {
  'POST /v1/incidents/create': write(createIncident, ({ account }, body) => {
    const { id } = account.createIncident(body);
    return { action: 'Create', isSuccess: true, status: 'Created incident', id };
  }),
  'GET /v1/incidents': list(({ account }) => account.incidents),
  'GET /v1/incidents/{}': read(({ account, identifier, query }) => {
    const incident = account.incident(identifier, query.get('identifierType') ?? 'id');
    return incident === undefined ? notFound('Incident') : { status: 200, body: { data: incident } };
  }),
  'DELETE /v1/incidents/{}': write(action.partial(), ({ account, identifier }) => {
    const index = account.incidents.findIndex(({ id }) => id === identifier);
    if (index < 0) return { action: 'Delete', ...NO_INCIDENT };
    account.incidents.splice(index, 1);
    account.changed();
    return { action: 'Delete', isSuccess: true, status: 'Deleted', id: identifier };
  }),
  'POST /v1/incidents/{}/resolve': incidentMove('resolve', 'Resolved incident'),
  'POST /v1/incidents/{}/close': incidentMove('close', 'Closed incident'),
  'POST /v1/incidents/{}/reopen': incidentMove('reopen', 'Reopened incident'),
  'POST /v1/incidents/{}/notes': incidentChange(addNote, 'Added note', (_, { note }) => note),
  'POST /v1/incidents/{}/tags': incidentChange(addTags, 'Added tags', (incident, { tags }) => {
    incident.tags = [...new Set([...incident.tags, ...tags])];
    return `tags: ${incident.tags.join(', ')}`;
  }),
  'PUT /v1/incidents/{}/priority': incidentChange(
    setPriority,
    'Updated priority',
    (incident, { priority }) => {
      incident.priority = priority;
      return `priority: ${priority}`;
    },
  ),
  'PUT /v1/incidents/{}/message': incidentChange(setMessage, 'Updated message', (incident, { message }) => {
    incident.message = message;
    return `message: ${message}`;
  }),
  'PUT /v1/incidents/{}/description': incidentChange(
    setDescription,
    'Updated description',
    (incident, { description }) => {
      incident.description = description;
      return `description: ${description}`;
    },
  ),
  'POST /v2/alerts': write(createAlert, ({ account }, body) => {
    const { id, alias } = account.createAlert(body);
    return { action: 'Create', isSuccess: true, status: 'Created alert', id, alias };
  }),
  'GET /v2/alerts': list(({ account }) => account.alerts),
  'GET /v2/alerts/{}': read(({ account, identifier, query }) => {
    const alert = account.alert(identifier, query.get('identifierType') ?? 'id');
    return alert === undefined ? notFound('Alert') : { status: 200, body: { data: alert } };
  }),
  'POST /v2/alerts/{}/acknowledge': alertChange('Acknowledged alert', (alert) => {
    alert.acknowledged = true;
  }),
  'POST /v2/alerts/{}/unacknowledge': alertChange('Unacknowledged alert', (alert) => {
    alert.acknowledged = false;
  }),
  'POST /v2/alerts/{}/close': alertChange('Closed alert', (alert) => {
    alert.status = 'closed';
  }),
  'POST /v2/alerts/{}/notes': alertChange('Added note', (alert, note) => {
    alert.notes.push({ at: new Date().toISOString(), by: 'API', text: note ?? '' });
  }),
};

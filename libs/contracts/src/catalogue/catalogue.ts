import { z } from 'zod';
import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '../subjects.js';
import { COMMANDS } from './commands.js';
import { ENVELOPE } from './envelope.js';
import { EVENTS } from './events.js';
import type { Entry } from './example-values.js';
import { QUERIES } from './queries.js';

type Schema = Readonly<Record<string, unknown>>;

/** The catalogue of all messages, as Markdown: made from the schemas, so that it cannot be out of date. */
export function catalogue(): string {
  const lines = [
    '# Messages',
    '',
    '<!-- Written by a test from the schemas in libs/contracts. Do not edit: UPDATE_DOCS=1 npm test -- catalogue -->',
    '',
    'Events and commands are CloudEvents 1.0 (JSON, structured mode). Look at them with the stock client:',
    "`nats sub 'gomon.>'`. A breaking change is a new `v2` subject; both are consumed for one release.",
    '',
    'A message is one event, or a list of events in CloudEvents’ JSON batch format (`[{…}, {…}]`): the facts of one transaction',
    'for one subject share a message, at most 64 of them, and so do reports that arrive at once. A reader takes both.',
    '',
    `Headers of reports: \`${OBSERVATIONS_HEADER}\`, how many observations the message holds, and \`${REPORTS_HEADER}\`, how many`,
    'reports, where it is more than one.',
    '',
    '## Attributes of every event',
    '',
    ...fieldLines(jsonSchema(ENVELOPE)),
    '',
    '## Events',
    '',
    ...EVENTS.flatMap(entryLines),
    '## Commands',
    '',
    'A command has one effect, however often it is delivered: its `id` is its identity.',
    '',
    ...COMMANDS.flatMap(entryLines),
    '## Queries',
    '',
    'Core NATS request and reply in the packets of Nest: `{"id", "pattern", "data"}` and `{"id", "response", "isDisposed"}`.',
    '',
    ...QUERIES.flatMap(({ subject, what, question, answer, query }) => [
      `### \`${subject}\``,
      '',
      what,
      '',
      ...fieldLines(jsonSchema(query)),
      '',
      'Question and answer:',
      '',
      ...jsonLines(question),
      ...jsonLines(answer),
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function entryLines({ name, subject, what, from, to, schema, example }: Entry): readonly string[] {
  const { properties } = jsonSchema(schema) as { properties?: Readonly<Record<string, Schema>> };
  const data = properties?.['data'];
  return [
    `### ${name}`,
    '',
    `\`${subject}\` from ${from} to ${to}.`,
    '',
    what,
    '',
    ...fieldLines(data ?? jsonSchema(schema)),
    '',
    ...jsonLines(example),
  ];
}

/** Each field on a line, one level deep. */
function fieldLines(schema: Schema): readonly string[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(
    ([name, field]) => `- \`${name}\`: ${typeText(field)}${required.includes(name) ? '' : ', may be absent'}`,
  );
}

function typeText(schema: Schema): string {
  if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``;
  const values = schema['enum'];
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(', ');
  const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (choices !== undefined) return [...new Set(choices.map(typeText))].join(' or ');
  if (schema['type'] === 'array') return `list of ${typeText((schema['items'] ?? {}) as Schema)}`;
  if (schema['type'] === 'object') {
    const names = Object.keys(schema['properties'] ?? {});
    return names.length === 0 ? 'object' : `object of ${names.map((name) => `\`${name}\``).join(', ')}`;
  }
  const { format } = schema;
  return `${typeof schema['type'] === 'string' ? schema['type'] : 'any JSON'}${typeof format === 'string' ? ` (${format})` : ''}`;
}

function jsonLines(value: unknown): readonly string[] {
  return ['```json', JSON.stringify(value, undefined, 2), '```', ''];
}

function jsonSchema(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

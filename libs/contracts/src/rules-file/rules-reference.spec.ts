import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { z } from 'zod';
import { readRulesFile } from './read-rules-file.js';
import { rulesFile } from './rules-file.js';

const at = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const schema = z.toJSONSchema(rulesFile, { io: 'input' });
const example = readFileSync(at('config/gomon.example.yaml'), 'utf8');

/** What of JSON Schema the rules use. */
interface Field {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Field>>;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
  readonly items?: Field;
  readonly additionalProperties?: Field | false;
}

const root = schema as Field;

function typeOf(field: Field): string {
  if (field.$ref !== undefined) return 'a route';
  if (field.enum !== undefined) return field.enum.join(', ');
  if (field.items !== undefined) return `list of ${typeOf(field.items)}`;
  if (typeof field.additionalProperties === 'object') return 'by kind of source';
  return field.type === 'object' ? 'fields' : 'text';
}

/** A row for each field, those of lists and maps below it; a route stands for itself only once. */
function rows(fields: Field, path: string): readonly string[] {
  return Object.entries(fields.properties ?? {}).flatMap(([name, field]) => {
    const place = path === '' ? name : `${path}.${name}`;
    const isNeeded = fields.required?.includes(name) === true && field.default === undefined;
    const about = `${field.description ?? ''}${isNeeded ? ' Required.' : ''}`;
    const row = `| \`${place}\` | ${typeOf(field)} | ${about.replaceAll('|', '\\|')} |`;
    const within = resolved(field);
    if (path.startsWith('route') && name === 'routes') return [row];
    if (within.items !== undefined) return [row, ...rows(resolved(within.items), `${place}[]`)];
    if (typeof within.additionalProperties === 'object')
      return [row, ...rows(within.additionalProperties, `${place}.<kind>`)];
    return [row, ...rows(within, place)];
  });
}

function resolved(field: Field): Field {
  const name = field.$ref?.replace('#/$defs/', '');
  return name === undefined ? field : (root.$defs?.[name] ?? field);
}

const reference = `# The rules file

<!-- Written by a test from the schema in libs/contracts. Do not edit: UPDATE_DOCS=1 npm test -- rules-reference -->

\`config/gomon.yaml\`, or the file that \`GOMON_CONFIG\` names. What is left out has its default, all of which \`config/gomon.example.yaml\` shows; a field that is none of these is refused. [gomon.schema.json](gomon.schema.json) is the same for editors: begin the file with \`# yaml-language-server: $schema=…\`.

| field | what | meaning |
| ----- | ---- | ------- |
${rows(root, '').join('\n')}
`;

function isWritten(path: string, expected: string): void {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(at(path), expected);
  expect(readFileSync(at(path), 'utf8')).toBe(expected);
}

describe('the rules file', () => {
  it('is documented field by field', () => {
    isWritten('docs/reference/rules.md', reference);
  });

  it('has a JSON Schema for editors', () => {
    isWritten('docs/reference/gomon.schema.json', `${JSON.stringify(schema, null, 2)}\n`);
  });

  it('as the example is the default, and fits the schema', () => {
    const read = readRulesFile(example);
    expect(read).toMatchObject({ ok: true, rules: rulesFile.parse({}) });
    const isFit = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    expect([isFit(parse(example)), isFit.errors]).toEqual([true, null]);
    expect(isFit({ severity: [{ severity: 'P9' }] })).toBe(false);
  });

  it('as the example shows every field', () => {
    for (const name of Object.keys(rulesFile.shape))
      expect(example).toMatch(new RegExp(`^#? ?${name}:`, 'm'));
  });
});

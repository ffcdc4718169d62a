import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { commandEvent } from '../command.js';
import { problemEvent } from '../problem.js';
import { catalogue } from './catalogue.js';
import { COMMANDS } from './commands.js';
import { EVENTS } from './events.js';
import { QUERIES } from './queries.js';

const path = fileURLToPath(new URL('../../../../docs/reference/events.md', import.meta.url));

describe('an example of the catalogue', () => {
  it.each([...EVENTS, ...COMMANDS])(
    '$name is a message of its schema, and one without its type is not',
    ({ schema, example }) => {
      expect(schema.parse(example)).toEqual(example);
      expect(schema.safeParse({}).success).toBe(false);
    },
  );

  it.each(QUERIES)(
    '$subject: question and answer are of their schemas',
    ({ query, reply, question, answer }) => {
      expect(query.parse(question)).toEqual(question);
      expect(reply.parse(answer)).toEqual(answer);
    },
  );

  it('is known by its type among its like', () => {
    for (const { example, subject } of EVENTS.filter((entry) => entry.subject.startsWith('gomon.problem.'))) {
      expect(subject).toContain(problemEvent.parse(example).type.replace('gomon.problem.v1.', ''));
    }
    for (const { example, subject } of COMMANDS.filter((entry) =>
      entry.subject.startsWith('gomon.command.'),
    )) {
      expect(commandEvent.parse(example).type).toBe(subject);
    }
  });
});

it('the catalogue in the documentation is what the schemas say', async () => {
  const expected = await format(catalogue(), { parser: 'markdown', printWidth: 110 });
  if (process.env['UPDATE_DOCS'] === '1' || !existsSync(path)) writeFileSync(path, expected);
  expect(readFileSync(path, 'utf8')).toBe(expected);
});

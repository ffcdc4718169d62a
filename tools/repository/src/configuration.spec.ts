import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commonEnv } from '@gomon/service';
import { root } from './root.js';
import { serviceEnvironments, variablesOf, type Variable } from './service-environments.js';

const document = await readFile(join(root, 'docs/operators/configuration.md'), 'utf8');
const environments = await serviceEnvironments();
const common = variablesOf(commonEnv);
const isCommon = ({ name }: Variable) => common.some((variable) => variable.name === name);

/** The rows of the table below a heading. */
function documented(heading: string): readonly string[] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| (`[A-Z0-9_]+` +\| .*?) +\|/gm)].map(([, row = '']) =>
    row.replace(/ +/g, ' ').trim(),
  );
}

/** As the table shows it: its name, and its default or that there is none. */
function row({ name, isRequired, fallback }: Variable): string {
  return `\`${name}\` | ${isRequired ? 'required' : fallback === undefined ? '' : `\`${fallback}\``}`.trim();
}

describe('docs/operators/configuration.md', () => {
  it('lists what every service reads, with its default', () => {
    expect(documented('Every service')).toEqual(common.map(row));
  });

  it.each(environments)('lists what $name reads, with its default', ({ name, variables }) => {
    expect(documented(name)).toEqual(variables.filter((variable) => !isCommon(variable)).map(row));
  });

  it('lists what the launcher reads', async () => {
    const source = await readFile(join(root, 'tools/launcher/src/settings.ts'), 'utf8');
    const read = [...source.matchAll(/^ {4}([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => `\`${String(name)}\``);
    const names = documented('npm start').map((text) => text.split(' |')[0]);
    expect(names).toEqual(read);
  });
});

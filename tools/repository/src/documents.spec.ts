import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { filesBelow, read } from './files.js';
import { root } from './root.js';

const paths = await filesBelow('.', /\.md$/);
const documents = await Promise.all(paths.map(async (path) => ({ path, text: await read(path) })));
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await read('package.json')));

/** As a heading's address is made from its text. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsIn(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe.each(documents)('$path', ({ path, text }) => {
  it('leads nowhere that is not there', async () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].map(([, link = '']) => link);
    for (const link of links) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      expect([link, existsSync(join(root, target))]).toEqual([link, true]);
      if (anchor !== undefined) expect(anchorsIn(await read(target))).toContain(anchor);
    }
  });

  it('names only commands that there are', () => {
    const commands = [...text.matchAll(/npm (?:run (?:--silent )?)([a-z:]+)/g)].map(([, name]) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
  });

  it('names only files that there are', () => {
    const files = [...text.matchAll(/`((?:apps|libs|tools|docs|deploy)\/[\w./-]+)`/g)]
      .map(([, file = '']) => file)
      .filter((file) => !file.includes('/dist'));
    for (const file of files) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
  });
});

describe('CHANGELOG.md', () => {
  it('is kept as Keep a Changelog asks', async () => {
    const headings = [...(await read('CHANGELOG.md')).matchAll(/^##+ .*$/gm)].map(([heading]) => heading);
    expect(headings[0]).toBe('## [Unreleased]');
    for (const heading of headings.slice(1)) {
      expect(heading).toMatch(
        /^## \[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d|Unreleased)$|^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/,
      );
    }
  });

  it('has the version that is being made', async () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(await read('package.json')));
    expect(await read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
  });
});

describe('docs/adr', () => {
  it('lists every decision by its number and title', async () => {
    const decisions = await filesBelow('docs/adr', /\/\d{4}-[a-z0-9-]+\.md$/);
    const list = await read('docs/adr/README.md');
    const lines = await Promise.all(
      decisions.map(async (path) => {
        const name = path.replace('docs/adr/', '');
        const title = /^# (.+)$/m.exec(await read(path))?.[1] ?? '';
        expect(title).toMatch(new RegExp(`^${name.slice(0, 4)}\\. `));
        return `- [${title}](${name})`;
      }),
    );
    expect([...list.matchAll(/^- .*$/gm)].map(([line]) => line)).toEqual(lines.sort());
  });
});

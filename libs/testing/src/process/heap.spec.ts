import { readFile } from 'node:fs/promises';
import { HEAP } from './heap.js';

it('programs get the heap that the image gives them', async () => {
  const dockerfile = await readFile(new URL('../../../../deploy/Dockerfile', import.meta.url), 'utf8');
  const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
  const command = (JSON.parse(entrypoint) as readonly string[]).at(-1)?.split(' ');
  expect(command).toEqual(['exec', 'node', ...HEAP, 'apps/$0/dist/main.js']);
});

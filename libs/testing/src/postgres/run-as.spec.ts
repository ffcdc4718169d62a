import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './postgres.js';

describe('a PostgreSQL in a folder that only we can enter', () => {
  it('starts, is killed, and starts again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gomon-private-'));
    try {
      const server = await startPostgres({ dataDir: join(folder, 'deep', 'postgres') });
      await server.kill();
      await server.restart();
      expect(await server.createDatabase('gomon')).toContain('/gomon');
      await server.stop();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

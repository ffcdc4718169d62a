import type { RunFile } from '@gomon/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCredentials } from './credentials.js';
import { FolderInUse, lockFolder } from './folder-lock.js';
import { boundLog, openLog } from './log-file.js';
import { keepRunFile, whenPredecessorIsGone } from './run-file.js';

describe('the data folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gomon-data-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('has one holder at a time, who is named', async () => {
    const lock = await lockFolder(folder);
    const second = await lockFolder(join(folder, '.')).catch((error: unknown) => error);
    expect(second).toBeInstanceOf(FolderInUse);
    expect(String(second)).toContain(`pid ${process.pid}`);
    expect(String(second)).toContain('GOMON_DATA');
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it('has secrets of its own, found again by the next start, that only we can read', async () => {
    const first = await loadCredentials(folder);
    expect(await loadCredentials(folder)).toEqual(first);
    expect((await stat(join(folder, 'credentials.json'))).mode & 0o777).toBe(0o600);
    await rm(join(folder, 'credentials.json'));
    expect((await loadCredentials(folder)).apiToken).not.toBe(first.apiToken);
  });

  it('refuses damaged secrets and names what is missing', async () => {
    await writeFile(join(folder, 'credentials.json'), '{"apiToken":"a"}');
    await expect(loadCredentials(folder)).rejects.toThrow('grafanaHmacSecret');
    await writeFile(join(folder, 'credentials.json'), '{');
    await expect(loadCredentials(folder)).rejects.toThrow('credentials.json is damaged');
  });

  const runFileWith = (pid: number): RunFile => ({
    services: { ingest: { pid, url: 'http://127.0.0.1:1' } },
    simulators: {},
    nats: { url: 'nats://127.0.0.1:1' },
    postgres: { url: 'postgresql://127.0.0.1:1' },
    credentials: { grafanaHmacSecret: 'a', alertmanagerBearer: 'b', slackSigningSecret: 'c', apiToken: 'd' },
  });

  it('has a run file that only we can read, that follows the present state and is removed', async () => {
    const path = join(folder, 'run.json');
    let pid = 1;
    const keeper = keepRunFile(folder, () => runFileWith(pid));
    await keeper.update();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    pid = 2;
    await keeper.update();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(runFileWith(2));
    await keeper.remove();
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('is waited for while processes of an earlier launcher still end', async () => {
    const old = spawn('sleep', ['600']);
    await keepRunFile(folder, () => runFileWith(old.pid ?? 0)).update();
    const gone = once(old, 'exit').then(() => 'process');
    const waited = whenPredecessorIsGone(folder, 30_000).then(() => 'wait');
    old.kill('SIGKILL');
    expect(await Promise.race([waited, gone])).toBe('process');
    await waited;
    await expect(stat(join(folder, 'run.json'))).rejects.toThrow('ENOENT');
  });

  it('has a folder for logs before any is opened', async () => {
    await boundLog(join(folder, 'logs', 'nats-server.log'));
    expect((await stat(join(folder, 'logs'))).isDirectory()).toBe(true);
  });

  it('puts a log aside that has grown too long', async () => {
    const path = join(folder, 'logs', 'ingest.log');
    const log = await openLog(path);
    await log.writeFile('old');
    await log.truncate(11 * 1024 * 1024);
    await log.close();
    await (await openLog(path)).close();
    expect((await stat(path)).size).toBe(0);
    expect((await readFile(`${path}.1`)).toString('utf8', 0, 3)).toBe('old');
  });
});

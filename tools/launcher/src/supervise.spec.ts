import { spawnTied } from '@gomon/testing';
import type { Part, RunningPart } from './part.js';
import { backoffMs, supervise } from './supervise.js';

const sleeper = (): RunningPart => {
  const child = spawnTied('sleep', ['600']);
  const stop = async () => {
    child.signal('SIGTERM');
    await child.exited;
  };
  return { pid: child.pid, url: 'http://127.0.0.1:1', exited: child.exited, stop };
};

describe('a supervised part', () => {
  const said: string[] = [];
  const signal = new AbortController().signal;
  const superviseQuickly = (part: Part, onRestart: (running: RunningPart) => void = () => undefined) =>
    supervise(part, { say: (line) => said.push(line), signal, onRestart, firstWaitMs: 1, longestWaitMs: 5 });

  beforeEach(() => {
    said.length = 0;
  });

  it('is started again when its process ends, which is said', async () => {
    const restarted = Promise.withResolvers<RunningPart>();
    const part = { name: 'ingest', start: () => Promise.resolve(sleeper()) } as const;
    const supervised = await superviseQuickly(part, restarted.resolve);
    const { pid } = supervised.running;
    process.kill(pid, 'SIGKILL');
    const again = await restarted.promise;
    expect(again.pid).not.toBe(pid);
    expect(supervised.running).toBe(again);
    expect(said[0]).toBe(`ingest (pid ${pid}) ended with SIGKILL, starting it again`);
    expect(said[1]).toContain(`ingest runs again as pid ${again.pid}`);
    await supervised.stop();
    await again.exited;
  });

  it('is tried again when it does not start, and each reason is said', async () => {
    const restarted = Promise.withResolvers<RunningPart>();
    let starts = 0;
    const start = () => {
      starts += 1;
      if (starts === 2 || starts === 3) throw new Error(`reason ${starts}`);
      return Promise.resolve(sleeper());
    };
    const supervised = await superviseQuickly({ name: 'ingest', start }, restarted.resolve);
    process.kill(supervised.running.pid, 'SIGKILL');
    await restarted.promise;
    expect(said.filter((line) => line.includes('did not start'))).toEqual([
      'ingest did not start: reason 2',
      'ingest did not start: reason 3',
    ]);
    await supervised.stop();
  });

  it('stays away once it is stopped', async () => {
    let starts = 0;
    const start = () => {
      starts += 1;
      return Promise.resolve(sleeper());
    };
    const supervised = await superviseQuickly({ name: 'ingest', start });
    await supervised.stop();
    await supervised.running.exited;
    expect(starts).toBe(1);
    expect(said).toEqual([]);
  });

  it('fails at once when its first start fails', async () => {
    const start = () => Promise.reject(new Error('no luck'));
    await expect(superviseQuickly({ name: 'ingest', start })).rejects.toThrow('no luck');
  });
});

describe('the wait before another start', () => {
  it('doubles up to a bound and is never the same for all', () => {
    const most = [0, 1, 2, 10].map((failures) => backoffMs(failures, 200, 15_000, () => 1));
    expect(most).toEqual([200, 400, 800, 15_000]);
    expect(backoffMs(1, 200, 15_000, () => 0)).toBe(200);
  });
});

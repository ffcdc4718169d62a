import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeExit, spawnTied } from './spawn-tied.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function whenGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a tied process', () => {
  it('has the pid of the program itself and says how it ended', async () => {
    const program = spawnTied('/bin/sh', ['-c', 'echo $$; exit 3'], { stdout: 'pipe' });
    let printed = '';
    program.stdout?.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    const exit = await program.exited;
    expect(exit).toEqual({ code: 3, signal: null });
    expect(describeExit(exit)).toBe('code 3');
    expect(Number(printed)).toBe(program.pid);
  });

  it('takes signals', async () => {
    const program = spawnTied('sleep', ['600']);
    program.signal('SIGKILL');
    expect(describeExit(await program.exited)).toBe('SIGKILL');
  });

  it('ends with code 127 when there is no such program', async () => {
    expect((await spawnTied('no-such-program-anywhere', []).exited).code).toBe(127);
  });

  it('is refused clearly when its working folder is missing', () => {
    expect(() => spawnTied('true', [], { cwd: '/no/such/folder' })).toThrow(
      'could not start true in /no/such/folder',
    );
  });

  it('does not leave behind what it started itself', async () => {
    const program = spawnTied('/bin/sh', ['-c', 'sleep 600 & echo $!'], { stdout: 'pipe' });
    if (program.stdout === null) throw new Error('no output');
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
    await program.exited;
    await whenGone(Number(line));
  });

  it.each(['obeys', 'ignores'])(
    'dies with a parent that was killed, when it %s the farewell signal',
    async (how) => {
      const source = fileURLToPath(new URL('./spawn-tied.ts', import.meta.url));
      const trap = how === 'ignores' ? 'trap "" TERM; ' : '';
      const parent = spawn(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `const { spawnTied } = await import(${JSON.stringify(source)});
         const child = spawnTied('/bin/sh', ['-c', '${trap}sleep 600; sleep 600'], { orphanGraceMs: 300 });
         console.log(child.pid);`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
      expect(isAlive(Number(line))).toBe(true);
      parent.kill('SIGKILL');
      await whenGone(Number(line));
    },
  );
});

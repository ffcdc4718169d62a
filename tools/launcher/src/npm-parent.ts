import { readFile } from 'node:fs/promises';

/**
 * Calls back once when the npm that runs us is gone. npm starts us through a shell, which survives it: without this a
 * killed `npm start` would leave everything running. Does nothing when npm did not start us.
 */
export function whenNpmIsGone(env: NodeJS.ProcessEnv, callback: () => void): void {
  if (env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  let npm: number | undefined;
  const check = async () => {
    const parentOfShell = await parentOf(shell);
    npm ??= parentOfShell;
    if (process.ppid === shell && parentOfShell === npm) return;
    clearInterval(timer);
    callback();
  };
  const timer = setInterval(() => void check(), 500);
  timer.unref();
  void check();
}

/** Undefined where the system does not say. */
async function parentOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, parent] = /^PPid:\s*(\d+)$/m.exec(status) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

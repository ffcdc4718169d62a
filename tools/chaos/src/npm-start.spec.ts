import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeEnvironment } from '@gomon/testing';

const launcher = fileURLToPath(new URL('../../launcher/dist/main.js', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gomon-start-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** As `npm start -- --once` does, on free ports. */
function startOnce(): Promise<{ code: number; said: string; outcome: unknown }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...freeEnvironment(folder) };
    execFile(process.execPath, [launcher, '--once'], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, said: stderr, outcome: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') });
    });
  });
}

it('npm start shows the failure of a node as one message that names it, and one incident, and its end', async () => {
  const { code, said, outcome } = await startOnce();
  expect(outcome).toMatchObject({ ok: true, missing: [] });
  expect(code).toBe(0);
  expect(said).toMatch(
    /node (worker-[0-9a-f]+) fails .*PodNotReady .*ServiceNoReadyEndpoints .*ProbeFailed .*NodeNotReady .*one message, which names the node as the likely cause: .*one incident: .*node \1 is back: the message and the incident resolved together/s,
  );
}, 120_000);

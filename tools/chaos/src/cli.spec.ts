import { RunningSystem } from '@gomon/testing';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { grafanaBody, postGrafana } from './system/grafana.js';

const cli = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start();
}, 120_000);

afterAll(() => system.stop());

function gomon(...args: readonly string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, GOMON_DATA: system.dataFolder };
    execFile(process.execPath, [cli, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr });
    });
  });
}

describe('the gomon command beside a running system', () => {
  it('sees that all is well', async () => {
    const { code, out } = await gomon('status');
    expect([code, out]).toEqual([0, expect.stringContaining('All is well.')]);
    expect(out).toContain('slack-opened-urgent 0');
  });

  it.each(['grafana', 'api'])('sends a test by %s and follows it to the end', async (by) => {
    const { code, out } = await gomon('send-test', '--source', by, '--resolve', '--severity', 'P1');
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /accepted after .*in the API after .*told in #alert-critical after .*resolved after/s,
      ),
    ]);
  });

  it('posts an alert that was refused to its door again, and says when that helps nothing', async () => {
    const body = grafanaBody([{ status: 'firing', labels: { alertname: 'Good' }, startsAt: 'yesterday' }]);
    expect((await postGrafana(system, body)).status).toBe(200);
    expect((await gomon('dead-letters', 'list')).out).toContain('alerts[0].startsAt is not an RFC 3339 time');
    const { code, out } = await gomon('dead-letters', 'replay', '1');
    expect([code, out]).toEqual([1, expect.stringContaining('it was refused again')]);
    expect(await gomon('dead-letters', 'drop', '1')).toMatchObject({ code: 0 });
  });
});

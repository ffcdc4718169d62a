import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlayedGomon } from '../played-gomon.spec-support.js';
import { runCli } from '../run-cli.js';

let played: PlayedGomon;
let folder: string;

beforeEach(async () => {
  played = await PlayedGomon.open();
  folder = await mkdtemp(join(tmpdir(), 'gomon-cli-'));
});
afterEach(async () => {
  await played.close();
  await rm(folder, { recursive: true, force: true });
});

async function gomon(...argv: readonly string[]) {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const env = { GOMON_DATA: folder, GOMON_API_URL: played.url, GOMON_API_TOKEN: played.token };
  const code = await runCli(argv, { env, out: say, err: say });
  return { code, said: lines.join('\n').replaceAll(folder, '') };
}

async function file(content: string): Promise<string> {
  const path = join(folder, 'gomon.yaml');
  await writeFile(path, content);
  return path;
}

describe('check-config', () => {
  it('says that a file is good', async () => {
    const path = await file('quiet_after_resolve: 2h\n');
    expect(await gomon('check-config', path)).toEqual({ code: 0, said: '/gomon.yaml is good.' });
  });

  it('says where a bad one is wrong, and fails', async () => {
    const path = await file('severity:\n  - severity: P0\n    severitty: P1\n');
    expect(await gomon('check-config', path)).toEqual({
      code: 1,
      said: '/gomon.yaml:3:5: severity[0].severitty: there is no such field\n/gomon.yaml would be refused.',
    });
  });

  it('warns of what is surely not meant', async () => {
    const path = await file('severity:\n  - severity: P0\n  - severity: P1\n');
    expect(await gomon('check-config', path)).toEqual({
      code: 0,
      said: '/gomon.yaml:3:5: warning: severity[1]: never reached: [0] before it takes everything that it is for\n/gomon.yaml is good, with 1 warning.',
    });
  });

  const TYPO =
    "severity:\n  - { matchers: ['severitty=page'], severity: P0 }\n  - { severity: P1 }\n  - severity: P2\n";

  it('warns of labels that no alert has had, among what else there is', async () => {
    expect(await gomon('check-config', await file(TYPO))).toEqual({
      code: 0,
      said: `/gomon.yaml:2:18: warning: severity[0].matchers[0]: never seen: none of the 7 alerts looked at has the label severitty
/gomon.yaml:4:5: warning: severity[2]: never reached: [1] before it takes everything that it is for
/gomon.yaml is good, with 2 warnings.`,
    });
  });

  it.each([
    [{ alerts: 0 }, 'Labels were not looked for in history: there was no alert in the last 30 days.'],
    [{ complete: false }, 'Labels were not looked for in history: alerts have had too many.'],
  ])('says why history tells nothing: %j', async (labels, why) => {
    played.labels = { ...played.labels, ...labels };
    const { code, said } = await gomon('check-config', await file(TYPO));
    expect([code, said.split('\n')]).toEqual([
      0,
      [why, expect.stringContaining('never reached'), '/gomon.yaml is good, with 1 warning.'],
    ]);
  });

  it('says that history could not be asked when nobody answers, and does not ask with --offline', async () => {
    const path = await file('quiet_after_resolve: 2h\n');
    played.faults.set('GET /api/v1/labels', { status: 503, body: 'away\nfor long', times: 1 });
    expect(await gomon('check-config', path)).toEqual({
      code: 0,
      said: `History could not be asked for labels: ${played.url}/api/v1/labels answered 503: away
/gomon.yaml is good.`,
    });
    const unknown: string[] = [];
    const say = (text: string) => void unknown.push(text);
    expect(await runCli(['check-config', path], { env: { GOMON_DATA: folder }, out: say, err: say })).toBe(0);
    expect(unknown[0]).toMatch(/^History could not be asked for labels: the REST API is not known: /);
    played.received.length = 0;
    expect((await gomon('check-config', path, '--offline')).said).toBe('/gomon.yaml is good.');
    expect(played.received).toEqual([]);
  });

  it('says that there is no file', async () => {
    expect(await gomon('check-config', join(folder, 'none'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('ENOENT') as string,
    });
  });
});

describe('config', () => {
  it('is applied, listed, shown, compared and put back', async () => {
    expect((await gomon('config', 'history')).said).toBe(
      'No rules were ever applied: the default is in force.',
    );
    const first = await file('quiet_after_resolve: 1h\n');
    expect(await gomon('config', 'apply', first)).toEqual({ code: 0, said: 'version 1 (hash1) is in force' });
    await gomon('config', 'apply', await file('quiet_after_resolve: 2h\n'), '--note', 'longer');
    expect((await gomon('config', 'history')).said).toContain(
      '2        2026-03-05T09:40:10Z  hash2  api   ops',
    );
    expect((await gomon('config', 'show', '1')).said).toBe('quiet_after_resolve: 1h');
    expect((await gomon('config', 'show')).said).toBe('quiet_after_resolve: 2h');
    const { said } = await gomon('config', 'diff');
    expect(said.split('\n')).toEqual([
      expect.stringContaining('--- version 1 (hash1)'),
      expect.stringContaining('+++ version 2 (hash2)'),
      '@@ -1,1 +1,1 @@',
      '-quiet_after_resolve: 1h',
      '+quiet_after_resolve: 2h',
    ]);
    expect((await gomon('config', 'diff', '1', '1')).said).toBe('no difference');
    expect((await gomon('config', 'rollback', '1')).said).toBe('version 3 (hash3) is in force');
    expect(played.rules.at(-1)).toBe('quiet_after_resolve: 1h\n');
  });

  it('of the first version is compared with the default, the empty file', async () => {
    await gomon('config', 'apply', await file('quiet_after_resolve: 1h\n'));
    expect((await gomon('config', 'diff')).said).toContain('--- version 0 (default)');
  });

  it('that the API refuses says why, and fails', async () => {
    const errors = [{ field: 'content', message: '1:1: nope: there is no such field' }];
    const refusal = JSON.stringify({ title: 'The rules are refused', status: 400, detail: 'd', errors });
    played.faults.set('PUT /api/v1/rules', { status: 400, body: refusal, times: 1 });
    expect(await gomon('config', 'apply', await file('nope: 1\n'))).toEqual({
      code: 1,
      said: 'gomon: The rules are refused\n  content: 1:1: nope: there is no such field',
    });
  });
});

it('explain says what would happen, and by which rule', async () => {
  const { code, said } = await gomon('explain', '--labels', 'alertname=A,severity=page');
  expect([code, said]).toEqual([
    0,
    `A, by version 2 of the rules:
  identity   alertname="A" (0f)
  severity   P1: label severity="page" means P1
  told in    #alert-critical: P1 (route urgent)
  owner      shop: team="shop"
  unanswered reminded of every 5 min, 2 times
  runbook    none
  incident   yes: P1 is urgent
  ends       when its source says so, or has not repeated it for 360 minutes`,
  ]);
  expect(JSON.parse(played.received.at(-1)?.body ?? '')).toEqual({
    labels: { alertname: 'A', severity: 'page' },
    source: { kind: 'grafana', instance: 'default' },
  });
});

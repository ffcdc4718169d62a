import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FIXTURES, fixture } from './scenario.spec-support.js';
import { runFiles } from './run-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gomon-scenario-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runFiles(argv, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join('\n'), err: err.join('\n').replaceAll(folder, '') };
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const failing = fixture('one-alert').replace('notifications: 1', 'notifications: 7 # <&"');

describe('the runner', () => {
  it('runs the files of folders, and says what came of them', async () => {
    const { code, out, err } = await run(FIXTURES);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(0, 4)).toEqual([
      'ok    generated: 20 problems, 0 incidents, 20 notifications',
      'ok    maintenance: 2 problems, 1 incident, 1 notification',
      'ok    one-alert: 1 problem, 0 incidents, 1 notification',
      '',
    ]);
    expect(out).toMatch(/^scenarios +3 of 3 ok$/m);
    expect(out).toMatch(/^missed problems +0$/m);
  });

  it('shows all of a scenario that is not as expected, and fails', async () => {
    const { code, out } = await run(await file('a.yaml', failing));
    expect(code).toBe(1);
    expect(out.split('\n').slice(0, 5)).toEqual([
      'FAIL  one-alert: 1 problem, 0 incidents, 1 notification',
      '  !! notifications: 1, not 7',
      expect.stringContaining(
        '  P2 alertname="DiskFull", severity="warning": 1 member; first report',
      ) as string,
      '    0 s grafana alertname="DiskFull", severity="warning"',
      '  #k8s-healthchecks: 1 notification',
    ]);
  });

  it('shows all of every scenario when it is asked to', async () => {
    const { out } = await run(join(FIXTURES, 'maintenance.yaml'), '--verbose');
    expect(out).toContain('  incident at 600 s: alertname="CartDown"');
    expect(out).toMatch(
      /^ {2}muted at 30 s: alertname="CartDown".*silenced by U7 until .*: the shop moves$/m,
    );
  });

  it('writes the result as JSON', async () => {
    const json = join(folder, 'result.json');
    await run(join(FIXTURES, 'maintenance.yaml'), '--json', json);
    const primary = { alertname: 'CartDown', namespace: 'shop', severity: 'critical' };
    const result = z
      .object({ scenarios: z.array(z.record(z.string(), z.unknown())), scores: z.unknown() })
      .parse(JSON.parse(await readFile(json, 'utf8')));
    expect(result.scenarios).toEqual([
      {
        name: 'maintenance',
        ok: true,
        failures: [],
        problems: [
          {
            primary,
            severity: 'P1',
            reason: expect.any(String) as string,
            members: [{ source: 'alertmanager', labels: primary, firstAt: 30 }],
          },
          expect.objectContaining({ severity: 'P2' }),
        ],
        incidents: [{ at: 600, primary }],
        notifications: [{ at: 600, channel: '#alert-critical', primary }],
        why: expect.arrayContaining([expect.stringContaining('600 s: CartDown: unmuted')]) as string[],
      },
    ]);
    expect(result.scores).toMatchObject({ scenarios: 1, ok: 1, falseIncidents: { count: 0 } });
  });

  it('writes the result as JUnit XML', async () => {
    const path = join(folder, 'junit.xml');
    const strange = failing.replace('name: one-alert', "name: '<&\"\u0007>'");
    await run(await file('a.yaml', strange), join(FIXTURES, 'one-alert.yaml'), '--junit', path);
    expect((await readFile(path, 'utf8')).split('\n')).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites>',
      '  <testsuite name="scenarios" tests="2" failures="1">',
      '    <testcase classname="scenarios" name="&lt;&amp;&quot;\ufffd&gt;">',
      '      <failure message="notifications: 1, not 7">notifications: 1, not 7</failure>',
      '    </testcase>',
      '    <testcase classname="scenarios" name="one-alert"/>',
      '  </testsuite>',
      '</testsuites>',
      '',
    ]);
  });

  it('runs them by other rules', async () => {
    const rules = await file('gomon.yaml', 'severity: [{severity: P0}]');
    const { code, out } = await run(join(FIXTURES, 'one-alert.yaml'), '--rules', rules);
    expect(code).toBe(1);
    expect(out).toContain('it was P0, not P2');
  });

  it('takes the rules beside scenarios for none of them', async () => {
    await mkdir(join(folder, 'deeper'));
    await file('gomon.yaml', 'hold: 1s');
    await file('deeper/a.yml', fixture('one-alert'));
    await file('readme.md', '# none');
    const { code, out } = await run(folder);
    expect(code).toBe(0);
    expect(out).toMatch(/^scenarios +1 of 1 ok$/m);
  });

  it('says what is wrong with a file, and runs the others', async () => {
    const bad = await file('bad.yaml', 'name: bad\nsteps: []\nexpects: {}\n');
    const { code, out, err } = await run(bad, join(FIXTURES, 'one-alert.yaml'));
    expect([code, err]).toEqual([2, '/bad.yaml:3:1: expects: there is no such field']);
    expect(out).toContain('ok    one-alert');
  });

  it('says what is wrong with the rules, and runs nothing', async () => {
    const rules = await file('rules.yaml', 'holdd: 1s');
    expect(await run(FIXTURES, '--rules', rules)).toEqual({
      code: 2,
      out: '',
      err: '/rules.yaml:1:1: holdd: there is no such field',
    });
  });

  it.each([
    [[], 'npm run scenario'],
    [['--nope'], "Unknown option '--nope'"],
    [['no-such-file'], 'ENOENT'],
  ])('%j is no use of it', async (argv, message) => {
    expect(await run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });

  it('says that there is nothing to run', async () => {
    expect(await run(folder)).toEqual({ code: 2, out: '', err: 'there is no scenario file' });
  });

  it('says how it is used', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('npm run scenario') as string,
    });
  });
});

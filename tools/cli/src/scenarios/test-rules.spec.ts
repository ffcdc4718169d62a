import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../run-cli.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gomon-rules-'));
  await mkdir(join(folder, 'scenarios'));
  await file('scenarios/disk.yaml', SCENARIO);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SCENARIO = `name: disk
steps:
  - {at: 0, source: grafana, status: firing, labels: {alertname: DiskFull}}
expect: {problems: [{primary: {alertname: DiskFull}, severity: P0}]}
`;
const URGENT = 'severity: [{severity: P0}]\n';

async function file(path: string, content: string): Promise<string> {
  const whole = join(folder, path);
  await writeFile(whole, content);
  return whole;
}

async function test(...argv: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(['test', join(folder, 'scenarios'), ...argv], {
    env: { GOMON_DATA: folder },
    out: (line) => out.push(line.replaceAll(folder, '')),
    err: (line) => err.push(line.replaceAll(folder, '')),
  });
  return { code, out, err };
}

describe('gomon test', () => {
  it('runs scenarios by the rules beside them', async () => {
    await file('scenarios/gomon.yaml', URGENT);
    await file('gomon.yaml', 'hold: 0s');
    const { code, out, err } = await test();
    expect([code, err, out.slice(0, 2)]).toEqual([
      0,
      [],
      ['by the rules in /scenarios/gomon.yaml', 'ok    disk: 1 problem, 1 incident, 1 notification'],
    ]);
  });

  it('runs them by the rules of the folder around', async () => {
    await file('gomon.yaml', URGENT);
    const { code, out } = await test();
    expect([code, out[0]]).toEqual([0, 'by the rules in /gomon.yaml']);
  });

  it('runs them by rules that are named, and fails when one is not as expected', async () => {
    await file('gomon.yaml', URGENT);
    const { code, out } = await test('--rules', await file('other.yaml', 'severity: [{severity: P2}]'));
    expect(code).toBe(1);
    expect(out).toEqual(
      expect.arrayContaining([
        'by the rules in /other.yaml',
        'FAIL  disk: 1 problem, 0 incidents, 1 notification',
        '  !! alertname="DiskFull": it was P2, not P0',
      ]),
    );
  });

  it('runs them by the default where there are none, and writes JUnit XML', async () => {
    const junit = join(folder, 'junit.xml');
    const { code, out } = await test('--junit', junit);
    expect([code, out[0]]).toEqual([1, 'by the default rules']);
    expect(await readFile(junit, 'utf8')).toContain('<testsuite name="scenarios" tests="1" failures="1">');
  });

  it('says what is wrong with a file', async () => {
    await file('gomon.yaml', URGENT);
    await file('scenarios/bad.yaml', 'name: bad\nstep: []\nsteps: []\n');
    const { code, err } = await test();
    expect([code, err]).toEqual([2, ['/scenarios/bad.yaml:2:1: step: there is no such field']]);
  });
});

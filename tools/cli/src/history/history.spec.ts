import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlayedGomon } from '../played-gomon.spec-support.js';
import { runCli } from '../run-cli.js';

const AT = '2026-03-05T09:40:10.000Z';
const ALERT = '019cbc8a-7c00-7000-8000-000000000001';
const PROBLEM = '019cbc8a-7c00-7000-8000-000000000002';
const source = { kind: 'grafana', instance: 'default' };
const labels = { alertname: 'CheckoutDown', severity: 'critical', team: 'shop' };
const decidesBy = { incidentProvider: 'opsgenie' };

let played: PlayedGomon;
let folder: string;

beforeEach(async () => {
  played = await PlayedGomon.open();
  folder = await mkdtemp(join(tmpdir(), 'gomon-history-'));
  for (const [route, reading] of Object.entries({
    'GET /api/v1/cluster/topology': { topology: null, parts: 0 },
    'GET /api/v1/silences': { items: [] },
  }))
    played.readings.set(route, reading);
  played.pages.push(
    { items: [report('firing', 0)], gone: 0, storedFrom: AT, decidesBy, nextCursor: '1' },
    { items: [report('resolved', 60)], gone: 0, storedFrom: AT, decidesBy },
  );
});
afterEach(async () => {
  await played.close();
  await rm(folder, { recursive: true, force: true });
});

function later(seconds: number): string {
  return new Date(Date.parse(AT) + seconds * 1_000).toISOString();
}

function report(status: 'firing' | 'resolved', seconds: number) {
  const acceptedAt = later(seconds);
  return {
    kind: 'report',
    decidedAt: acceptedAt,
    order: 1_024 * (seconds + 1),
    event: {
      specversion: '1.0',
      id: `report-${seconds}`,
      source: 'gomon/ingest',
      type: 'gomon.observed.v1',
      time: acceptedAt,
      data: {
        kind: 'delta',
        scope: 'default',
        source,
        acceptedAt,
        observations: [{ status, labels, annotations: {} }],
      },
    },
    became: [{ alertId: ALERT, problemId: PROBLEM }],
  };
}

const problem = {
  id: PROBLEM,
  scope: 'default',
  version: 2,
  status: 'resolved',
  severity: 'P1',
  title: 'CheckoutDown',
  source,
  primary: { alertId: ALERT, labels, annotations: {}, about: {} },
  startsAt: AT,
  openedAt: AT,
  updatedAt: AT,
  resolved: { at: later(60), by: 'source' },
  incident: {
    id: '019cbc8a-7c00-7000-8000-000000000003',
    status: 'resolved',
    openedAt: AT,
    openedBy: { kind: 'system', id: 'severity' },
    why: 'P1 is urgent',
  },
  counts: { total: 1, firing: 0, resolved: 1 },
  members: [],
  timeline: [],
  announced: { version: 1, at: AT, why: 'first report' },
  told: [],
};
const alert = {
  id: ALERT,
  fingerprint: 'f',
  scope: 'default',
  source,
  status: 'resolved',
  severity: 'P1',
  title: 'CheckoutDown',
  labels,
  annotations: {},
  episode: 1,
  observations: 2,
  firstSeenAt: AT,
  lastSeenAt: AT,
  updatedAt: AT,
  problemId: PROBLEM,
  about: {},
};

async function gomon(...argv: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const env = { GOMON_DATA: folder, GOMON_API_URL: played.url, GOMON_API_TOKEN: played.token };
  const code = await runCli(argv, {
    env,
    out: (line) => out.push(line.replaceAll(folder, '')),
    err: (line) => err.push(line.replaceAll(folder, '')),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

async function rules(content: string): Promise<string> {
  const path = join(folder, 'gomon.yaml');
  await writeFile(path, content);
  return path;
}

const TIME = ['--since', AT, '--until', '2026-03-05T10:00:00Z'];

describe('gomon backtest', () => {
  it('says that nothing changes, of all pages', async () => {
    expect(await gomon('backtest', await rules('quiet_after_resolve: 2h\n'), ...TIME)).toEqual({
      code: 0,
      out: `2 observations from ${AT} to 2026-03-05T10:00:00.000Z, by the default rules and by the rules that are tried:\nnothing changes`,
      err: '',
    });
  });

  it('says what changes, and fails', async () => {
    const { code, out } = await gomon('backtest', await rules('severity: [{severity: P3}]\n'), ...TIME);
    expect(code).toBe(1);
    expect(out).toContain('changed: P1 CheckoutDown (1 alert, 2026-03-05T09:40:10Z)');
    expect(out).toContain('P3 instead of P1');
    expect(out).toContain('0 incidents instead of 1');
  });

  it('says it as JSON', async () => {
    const file = await rules('severity: [{severity: P3}]\n');
    const { code, out } = await gomon('backtest', file, ...TIME, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { observations: 2, same: false, incidents: { before: 1, after: 0 }, hidden: [] },
    ]);
  });

  it('says where a bad file is wrong, and asks nobody', async () => {
    expect(await gomon('backtest', await rules('severitty: []\n'))).toEqual({
      code: 2,
      out: '',
      err: '/gomon.yaml:1:1: severitty: there is no such field',
    });
    expect(played.received).toEqual([]);
  });

  it('says from when on there is something to try it on', async () => {
    played.pages[0] = { items: [report('firing', 0)], gone: 9, storedFrom: AT, decidesBy };
    const { code, err } = await gomon(
      'backtest',
      await rules(''),
      '--since',
      '2026-03-01T00:00Z',
      '--until',
      later(9),
    );
    expect([code, err]).toEqual([0, `what was decided before ${AT} is no longer stored: it begins there`]);
  });

  it('says that something is missing, such as commands, where reports go back far enough', async () => {
    played.pages[0] = { items: [report('firing', 0)], gone: 2, storedFrom: AT, decidesBy };
    const { code, err } = await gomon('backtest', await rules(''), '--since', later(0), '--until', later(9));
    expect([code, err]).toEqual([0, 'a part of what was decided in that time is no longer stored']);
  });

  it('is 2 when what it needs is not told, or goes away meanwhile', async () => {
    played.pages[1] = { items: [], gone: 1, decidesBy };
    expect(await gomon('backtest', await rules(''), ...TIME)).toMatchObject({
      code: 2,
      err: 'gomon: a part of it was deleted while it was read: try it again',
    });
    played.faults.set('GET /api/v1/history', { status: 503, body: 'away', times: 1 });
    expect(await gomon('backtest', await rules(''), ...TIME)).toMatchObject({
      code: 2,
      err: expect.stringContaining('answered 503: away') as string,
    });
  });
});

describe('gomon export problem', () => {
  beforeEach(() => {
    played.readings.set(`GET /api/v1/problems/${PROBLEM}`, problem);
    played.readings.set('GET /api/v1/alerts', { items: [alert] });
  });

  it('writes a file that gomon test finds as expected', async () => {
    await mkdir(join(folder, 'real'));
    const file = join(folder, 'real', 'checkout.yaml');
    expect(await gomon('export', 'problem', PROBLEM, '--out', file)).toEqual({
      code: 0,
      out: '/real/checkout.yaml is written',
      err: '',
    });
    expect(await readFile(file, 'utf8')).toContain(`origin: problem ${PROBLEM} of default`);
    expect(await gomon('test', join(folder, 'real'))).toMatchObject({ code: 0 });
    const said = await gomon('export', 'problem', PROBLEM);
    expect(`${said.out}\n`).toBe(await readFile(file, 'utf8'));
  });

  it('says what is else by the rules in force, and fails', async () => {
    played.rules.push('severity: [{severity: P3}]\n');
    const { code, out, err } = await gomon('export', 'problem', PROBLEM);
    expect([code, out.startsWith('name: CheckoutDown')]).toEqual([1, true]);
    expect(err).toContain('it was P3, not P1');
  });

  it.each<[string, () => void, string]>([
    [
      'there is none',
      () => played.faults.set(`GET /api/v1/problems/${PROBLEM}`, { status: 404, body: '{}', times: 1 }),
      `there is no problem ${PROBLEM}`,
    ],
    [
      'it is a part of another one',
      () =>
        played.readings.set(`GET /api/v1/problems/${PROBLEM}`, {
          ...problem,
          mergedInto: { problemId: ALERT, at: AT, why: 'w' },
        }),
      `it became a part of another problem: export ${ALERT}`,
    ],
    [
      'it has too many alerts',
      () =>
        played.readings.set(`GET /api/v1/problems/${PROBLEM}`, {
          ...problem,
          counts: { total: 5_001, firing: 0, resolved: 5_001 },
        }),
      'it has 5001 alerts; at most 5000 become a scenario file',
    ],
    [
      'GoMon has raised it itself',
      () =>
        played.readings.set('GET /api/v1/alerts', {
          items: [{ ...alert, source: { kind: 'gomon', instance: 'heartbeats' } }],
        }),
      'GoMon itself has raised CheckoutDown: there is nothing that a source said',
    ],
    [
      'it is no longer stored',
      () =>
        played.faults.set('GET /api/v1/history', {
          status: 410,
          body: JSON.stringify({ title: 'No longer stored', detail: '3 are gone' }),
          times: 1,
        }),
      'gomon: No longer stored: 3 are gone',
    ],
  ])('writes nothing when %s', async (_, given, err) => {
    given();
    const file = join(folder, 'none.yaml');
    expect(await gomon('export', 'problem', PROBLEM, '--out', file)).toEqual({ code: 2, out: '', err });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });
});

describe('gomon board', () => {
  const audit = (more: object = {}) => ({
    at: later(30),
    problems: [],
    complete: true,
    unknown: [],
    ...more,
  });

  it('says what was open by the audit, where it cannot be decided anew', async () => {
    const open = {
      id: PROBLEM,
      scope: 'default',
      severity: 'P1',
      status: 'acknowledged',
      title: 'CheckoutDown',
      since: AT,
      acknowledged: { at: later(10), by: { kind: 'slack', id: 'U1', name: 'Alice' } },
      muted: false,
      members: [{ alertId: ALERT, title: 'CheckoutDown', severity: 'P1' }],
      firing: 1,
    };
    played.readings.set('GET /api/v1/board', audit({ problems: [open], unknown: ['what it said'] }));
    const { code, out } = await gomon('board', '--at', later(30));
    expect([code, out.split('\n')]).toEqual([
      0,
      [
        `1 open at ${later(30)}, by the audit`,
        `P1 CheckoutDown: acknowledged, since ${AT} (${PROBLEM})`,
        `    acknowledged by Alice at ${later(10)}`,
        '    P1 CheckoutDown',
        'unknown: what it said',
      ],
    ]);
  });

  it('tells the audit to who may not read what came in', async () => {
    played.readings.set('GET /api/v1/board', audit({ replayFrom: AT }));
    played.faults.set('GET /api/v1/history', { status: 403, body: '{}', times: 1 });
    expect(await gomon('board', '--at', later(30))).toEqual({
      code: 0,
      out: `nothing was open at ${later(30)}, by the audit\nunknown: it was not decided anew: this token may not read what came in`,
      err: '',
    });
  });

  it('tells the audit where a part of what came in is stored no more', async () => {
    played.readings.set('GET /api/v1/board', audit({ replayFrom: AT }));
    played.pages.splice(0, 2, { items: [], gone: 1, storedFrom: AT, decidesBy });
    expect(await gomon('board', '--at', later(30))).toEqual({
      code: 0,
      out: `nothing was open at ${later(30)}, by the audit\nunknown: it was not decided anew: a part of what came in is stored no more`,
      err: '',
    });
  });

  it('does not tell what was decided anew, where the audit says something else', async () => {
    played.readings.set('GET /api/v1/board', audit({ replayFrom: AT }));
    const { code, out } = await gomon('board', '--at', later(30), '--json');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        at: later(30),
        by: 'audit',
        problems: [],
        complete: true,
        unknown: ['decided anew, it is not what the audit says of 1 problem: CheckoutDown'],
      },
    ]);
  });
});

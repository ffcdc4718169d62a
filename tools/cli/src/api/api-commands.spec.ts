import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlayedGomon } from '../played-gomon.spec-support.js';
import { runCli } from '../run-cli.js';
import { API_COMMANDS } from './api-commands.js';

const ID = '019cbc8a-7c00-7000-8000-000000000001';
const OTHER = '019cbc8a-7c00-7000-8000-000000000002';
const AT = '2026-03-05T09:40:10.000Z';
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

/** Runs a command; the API answers `answer` to one route. */
async function gomon(argv: readonly string[], route: string, answer: unknown, status = 200) {
  played.faults.set(route, { status, body: JSON.stringify(answer), times: 1 });
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const env = { GOMON_DATA: folder, GOMON_API_URL: played.url, GOMON_API_TOKEN: played.token };
  const code = await runCli(argv, { env, out: say, err: say });
  const { path, body } = played.received.at(-1) ?? { path: '', body: '' };
  return {
    code,
    said: lines.join('\n'),
    path,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  };
}

const alert = {
  id: ID,
  fingerprint: 'f',
  scope: 'default',
  source: { kind: 'grafana', instance: 'default' },
  status: 'firing',
  severity: 'P2',
  title: 'Disk\u001b[31mFull',
  labels: {},
  annotations: {},
  episode: 1,
  observations: 3,
  firstSeenAt: AT,
  lastSeenAt: AT,
  updatedAt: AT,
  about: {},
  muted: { since: AT, by: [{ kind: 'flapping', why: 'it changes all the time' }] },
  problemId: ID,
};

const silence = {
  id: ID,
  matchers: [{ name: 'team', operator: '=', value: 'shop' }],
  startsAt: AT,
  endsAt: '2026-03-05T11:40:10.000Z',
  comment: 'the database moves',
  author: { kind: 'api', id: 'ops' },
  createdAt: AT,
  updatedAt: AT,
};

describe('alerts', () => {
  it('are listed with filters, harmless for a terminal', async () => {
    const argv = [
      'alerts',
      'list',
      '--muted',
      'true',
      '--severity',
      'P1,P2',
      '--match',
      'a=b',
      '--match',
      'c!=d',
    ];
    const { code, said, path } = await gomon(argv, 'GET /api/v1/alerts', { items: [alert], nextCursor: ID });
    expect([code, path]).toEqual([
      0,
      '/api/v1/alerts?severity=P1%2CP2&muted=true&filter=a%3Db&filter=c%21%3Dd',
    ]);
    expect(said).toBe(
      `ID                                    SEVERITY  STATUS         SINCE                 TITLE          WHOSE
${ID}  P2        firing, muted  2026-03-05T09:40:10Z  Disk\ufffd[31mFull
(there are more: narrow it, or raise --limit)`,
    );
  });

  it.each([
    [['alerts', 'acknowledge', ID, '--note', 'on it'], 'PUT', `/alerts/${ID}/acknowledge`, { note: 'on it' }],
    [['alerts', 'escalate', ID, '--to', 'P0'], 'PUT', `/alerts/${ID}/escalate`, { to: 'P0' }],
    [['alerts', 'assign', ID], 'PUT', `/alerts/${ID}/assign`, {}],
    [['alerts', 'note', ID, '--text', 't'], 'POST', `/alerts/${ID}/notes`, { text: 't' }],
    [['alerts', 'archive', ID, '--reason', 'r'], 'DELETE', `/alerts/${ID}`, { reason: 'r' }],
    [['problems', 'resolve', ID, '--noise'], 'PUT', `/problems/${ID}/resolve`, { noise: true }],
    [['problems', 'reopen', ID], 'PUT', `/problems/${ID}/reopen`, {}],
    [['problems', 'deescalate', ID], 'PUT', `/problems/${ID}/deescalate`, {}],
    [['problems', 'incident', ID], 'PUT', `/problems/${ID}/incident`, {}],
    [
      ['problems', 'merge', ID, '--into', OTHER, '--reason', 'one'],
      'POST',
      `/problems/${ID}/merge`,
      { into: OTHER, reason: 'one' },
    ],
    [
      ['problems', 'split', ID, '--alerts', `${ID}, ${OTHER}`],
      'POST',
      `/problems/${ID}/split`,
      { alertIds: [ID, OTHER] },
    ],
    [
      ['problems', 'move', ID, '--alerts', ID, '--to', OTHER],
      'POST',
      `/problems/${ID}/move`,
      { alertIds: [ID], to: OTHER },
    ],
    [['silences', 'expire', ID, '--reason', 'r'], 'DELETE', `/silences/${ID}`, { reason: 'r' }],
    [['silences', 'update', ID, '--until', AT], 'PUT', `/silences/${ID}`, { endsAt: AT }],
    [['token', 'revoke', 'deploy-bot'], 'DELETE', '/tokens/deploy-bot', undefined],
    [
      ['silences', 'add', '--match', 'a=b', '--for', '2h', '--comment', 'c'],
      'POST',
      '/silences',
      { matchers: ['a=b'], duration: '2h', comment: 'c' },
    ],
    [
      ['silences', 'add', '--alert', ID, '--until-resolved', '--comment', 'c'],
      'POST',
      '/silences',
      { alert: ID, untilResolved: true, comment: 'c' },
    ],
    [
      [
        'silences',
        'add',
        '--match',
        'a=b',
        '--rrule',
        'FREQ=DAILY',
        '--window',
        '1h',
        '--timezone',
        'Europe/Berlin',
        '--comment',
        'c',
      ],
      'POST',
      '/silences',
      {
        matchers: ['a=b'],
        recurrence: { rrule: 'FREQ=DAILY', timezone: 'Europe/Berlin', duration: '1h' },
        comment: 'c',
      },
    ],
  ])('and problems and silences are acted upon: %j', async (argv, method, path, body) => {
    const answered = await gomon(argv, `${method} /api/v1${path}`, { id: ID, status: 'firing' });
    expect(answered).toEqual({ code: 0, said: `done: ${ID} firing`, path: `/api/v1${path}`, body });
  });

  it.each([
    [['silences', 'add', '--match', 'a=b', '--for', '2h', '--comment', 'c'], 'POST /api/v1/silences'],
    [['silences', 'update', ID, '--match', 'a=b'], `PUT /api/v1/silences/${ID}`],
  ])('a silence that mutes a P0 is made or changed with a warning: %j', async (argv, route) => {
    const answered = await gomon(argv, route, { id: ID, warnings: ['a P0 is among them'] });
    expect(answered.said).toBe(`done: ${ID}\nwarning: a P0 is among them`);
  });

  it('that were acted upon late say so, and fail', async () => {
    const problem = { title: 'Nothing was done', status: 409, detail: 'it ended at 09:41 UTC' };
    expect(
      await gomon(['problems', 'acknowledge', ID], `PUT /api/v1/problems/${ID}/acknowledge`, problem, 409),
    ).toMatchObject({ code: 1, said: 'gomon: Nothing was done: it ended at 09:41 UTC' });
  });

  it('say why', async () => {
    const why = {
      alertId: ID,
      problemId: ID,
      title: 'DiskFull',
      severity: 'P2',
      status: 'firing',
      now: ['nobody was told'],
      muted: [],
      decisions: [
        {
          at: AT,
          kind: 'fired',
          by: { kind: 'source', id: 'grafana/default' },
          why: 'first report',
          cause: 'report:1',
          rulesVersion: 0,
          evidence: [{ about: 'severity', why: 'label severity="warning" means P2' }],
        },
      ],
      observations: 3,
      lastSeenAt: AT,
      told: [],
    };
    const { said } = await gomon(['why', ID], `GET /api/v1/alerts/${ID}/why`, why);
    expect(said).toBe(`P2 DiskFull, firing; 3 reports, the last 2026-03-05T09:40:10Z
  nobody was told
2026-03-05T09:40:10Z  fired          first report (grafana/default) [default rules]
                      severity: label severity="warning" means P2`);
    const json = await gomon(['why', ID, '--json'], `GET /api/v1/alerts/${ID}/why`, why);
    expect(JSON.parse(json.said)).toEqual(why);
  });
});

describe('silences', () => {
  it('are listed with what they mute', async () => {
    const view = {
      ...silence,
      state: 'active',
      muted: 3,
      matching: 120,
      warnings: ['it is for 120 of 150 open alerts'],
    };
    const { said } = await gomon(['silences', 'list'], 'GET /api/v1/silences', { items: [view] });
    expect(said).toContain(
      'active  team="shop"  2026-03-05T11:40:10Z  3      ops  the database moves (it is for 120',
    );
  });

  it('are looked at before they are made', async () => {
    const preview = {
      matching: 2,
      open: 9,
      bySeverity: { P0: 1, P2: 1 },
      alerts: [{ id: ID, title: 'DiskFull', severity: 'P0', problemId: ID }],
      warnings: ['a P0 is among them'],
    };
    const { said, body } = await gomon(
      ['silences', 'preview', '--match', 'a=b'],
      'POST /api/v1/silences/preview',
      preview,
    );
    expect(body).toEqual({ matchers: ['a=b'] });
    expect(said.split('\n').slice(0, 2)).toEqual([
      '2 of 9 open alerts match: 1 P0, 1 P2',
      'warning: a P0 is among them',
    ]);
  });
});

it('the rules are listed with what each has matched, and those that nobody needs', async () => {
  const rule = { section: 'severity', since: AT };
  const items = [
    { ...rule, rule: 'money', matches: 3, lastAt: AT, unused: false },
    { ...rule, rule: 'typo', matches: 0, unused: true },
  ];
  const { said } = await gomon(['config', 'usage'], 'GET /api/v1/rules/usage', { items });
  expect(said.split('\n').map((line) => line.trim())).toEqual([
    'SECTION   RULE   MATCHES  LAST',
    'severity  money  3        2026-03-05T09:40:10Z',
    'severity  typo   0        never                 unused for 30 days',
  ]);
});

describe('tokens', () => {
  const token = { name: 'deploy-bot', role: 'admin', createdAt: AT, createdBy: { kind: 'api', id: 'ops' } };

  it('are shown once, and listed without their secret', async () => {
    const argv = ['token', 'create', 'deploy-bot', '--role', 'admin'];
    const made = await gomon(argv, 'POST /api/v1/tokens', { ...token, token: 'gomon_secret' }, 201);
    expect(made.body).toEqual({ name: 'deploy-bot', role: 'admin' });
    expect(made.said).toBe('gomon_secret\nThat is deploy-bot, for the role admin. It is shown this once.');
    const { said } = await gomon(['token', 'list'], 'GET /api/v1/tokens', { items: [token] });
    expect(said).toContain('deploy-bot  admin  2026-03-05T09:40:10Z  ops  never');
  });
});

it('every command is in the help, and says what is missing or foreign', async () => {
  const { said: help } = await gomon(['--help'], '', {});
  for (const { words, argument } of API_COMMANDS) {
    expect(help).toContain(`  ${words.join(' ')}${argument === undefined ? '' : ` ${argument}`}`);
    if (argument === undefined) continue;
    expect((await gomon([...words], '', {})).said).toContain(`${argument} is missing`);
    expect((await gomon([...words, 'x', '--stream', 's'], '', {})).said).toContain('takes no --stream');
    expect((await gomon([...words, 'x', 'y'], '', {})).said).toContain('takes no y');
  }
  expect((await gomon(['silences', 'eat'], '', {})).said).toContain('silences list, silences show ID');
});

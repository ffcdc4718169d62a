import { randomUUID } from 'node:crypto';
import type { DatedRules, DecidedReport, HistoryTask, Labels, Silence, TaskOf } from '@gomon/contracts';
import { backtest } from './backtest.js';
import { boardAt } from './board.js';
import { momentsOf } from './moments.js';
import { Replay, rulesFrom } from './replay.js';
import { each, saying } from './stage.spec-support.js';

const SINCE = '2026-03-02T09:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(SINCE) + minutes * 60_000).toISOString();
const decidesBy: HistoryTask['decidesBy'] = { incidentProvider: 'none' };
const byDefault: DatedRules = { version: 0, at: SINCE, content: '' };
const setting = { decidesBy, topology: [], silences: [], since: SINCE, json: false };

/** A report of what fires, decided some minutes after the beginning. */
function report(decided: number, labels: Labels, accepted = decided): DecidedReport {
  const id = randomUUID();
  return {
    kind: 'report',
    decidedAt: at(decided),
    order: accepted * 1_024,
    event: {
      specversion: '1.0',
      id,
      source: 'gomon/ingest',
      type: 'gomon.observed.v1',
      time: at(accepted),
      data: {
        kind: 'delta',
        scope: 'default',
        source: { kind: 'grafana', instance: 'default' },
        acceptedAt: at(accepted),
        observations: [saying('firing', labels)],
      },
    },
    became: [],
  };
}

const disk = { alertname: 'DiskFull', severity: 'critical', host: 'db7' };
const fan = { alertname: 'FanSlow', severity: 'critical', rack: 'r12' };

/** When what is due was looked at, in minutes after the beginning, and the severity of each problem. */
async function replayed(items: readonly DecidedReport[], until: number, ...versions: readonly DatedRules[]) {
  const [first, ...next] = rulesFrom([byDefault, ...versions], decidesBy);
  if (first === undefined) throw new Error('there are no rules');
  const ticks: number[] = [];
  const replay = new Replay(setting, [first, ...next], at(until), () => ({
    take: (_, inputs, now) => {
      if (inputs.some(({ kind }) => kind === 'tick'))
        ticks.push((Date.parse(now) - Date.parse(SINCE)) / 60_000);
    },
  }));
  for await (const moment of momentsOf(each(items))) replay.take(moment);
  replay.passUntil(at(until));
  const severities = [...replay.world.problems.values()].map(({ title, severity }) => [title, severity]);
  return { ticks, severities: Object.fromEntries(severities) as Record<string, string> };
}

it('nothing becomes due while what was accepted waits to be decided', async () => {
  const inTime = await replayed([report(1, disk), report(60, fan)], 61);
  expect(inTime.ticks.some((minutes) => minutes > 3 && minutes < 60)).toBe(true);
  const late = await replayed([report(1, disk), report(60, fan, 3)], 61);
  expect(late.ticks.filter((minutes) => minutes > 3 && minutes < 60)).toEqual([]);
});

it('each time is decided by the rules that were in force in it', async () => {
  const later: DatedRules = { version: 1, at: at(5), content: 'severity: [{severity: P4}]\n' };
  const { severities } = await replayed([report(1, disk), report(9, fan)], 10, later);
  expect([severities['DiskFull'], severities['FanSlow']]).toEqual(['P1', 'P4']);
});

it('other rules find together with what is open what belongs to it', async () => {
  const node = { alertname: 'NodeUnreachable', severity: 'critical', kind: 'Node', name: 'n2', node: 'n2' };
  const pod = { alertname: 'PodNotReady', severity: 'warning', namespace: 'shop', pod: 'cart-x', node: 'n2' };
  const later: DatedRules = { version: 1, at: at(2), content: 'quiet_after_resolve: 2h\n' };
  const { severities } = await replayed([report(1, node), report(3, pod)], 4, later);
  expect(Object.keys(severities)).toEqual(['NodeUnreachable']);
});

describe('what was silenced before', () => {
  /** How many problems are muted. */
  async function muted(items: readonly DecidedReport[], until: number, terms: Partial<Silence>) {
    const silence: Silence = {
      id: randomUUID(),
      matchers: [{ name: 'alertname', operator: '=', value: 'DiskFull' }],
      startsAt: at(-60),
      endsAt: at(600),
      comment: 'known',
      author: { kind: 'api', id: 'ops' },
      createdAt: at(-60),
      updatedAt: at(-60),
      ...terms,
    };
    const task: TaskOf<'backtest'> = {
      task: 'backtest',
      ...setting,
      silences: [silence],
      until: at(until),
      rules: byDefault,
      tried: '',
    };
    return (await backtest(task, each(items))).muted.before;
  }

  it('is muted', async () => {
    expect(await muted([report(1, disk), report(2, fan)], 10, {})).toBe(1);
  });

  it('is muted from then on when it begins later, and each time that it comes back', async () => {
    expect(await muted([report(1, disk)], 4, { startsAt: at(5) })).toBe(0);
    expect(await muted([report(1, disk)], 6, { startsAt: at(5) })).toBe(1);
    const recurrence = { rrule: 'FREQ=HOURLY', timezone: 'UTC', durationMs: 60_000 };
    expect(await muted([report(70, disk)], 120, { startsAt: at(5), recurrence })).toBe(0);
    expect(await muted([report(70, disk)], 130, { startsAt: at(5), recurrence })).toBe(1);
  });
});

it('a problem is told with the highest severity that it had', async () => {
  const warned = { ...disk, severity: 'warning' };
  const worse = report(2, disk);
  const tried: TaskOf<'backtest'> = {
    task: 'backtest',
    ...setting,
    until: at(9),
    rules: { ...byDefault, content: 'identity: { rules: [{ labels: [alertname] }] }\n' },
    tried: 'identity: { rules: [{ labels: [alertname] }] }\nseverity: [{severity: P4}]\n',
  };
  const { changes } = await backtest(tried, each([report(1, warned), worse, report(3, warned)]));
  expect(changes.map(({ before, after }) => [before[0]?.severity, after[0]?.severity])).toEqual([
    ['P1', 'P4'],
  ]);
});

it('a board is decided anew only where the audit knows as many alerts of each problem', async () => {
  const items = [report(1, disk)];
  const ask = async (problems: TaskOf<'board'>['board']['problems']) => {
    const board = { at: at(5), problems, complete: false, unknown: [], replayFrom: SINCE };
    return boardAt({ task: 'board', ...setting, at: at(5), rules: [byDefault], board }, each(items));
  };
  const { by, problems } = await ask([]);
  expect([by, problems.length]).toEqual(['replay', 1]);
  expect((await ask([...problems])).by).toBe('replay');
  expect((await ask(problems.map((problem) => ({ ...problem, firing: 2 })))).by).toBe('audit');
});

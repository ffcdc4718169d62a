import {
  queries,
  type BoardProblem,
  type HistoryItem,
  type ProblemView,
  type TaskOf,
} from '@gomon/contracts';
import { readScenario } from '../scenario/scenario-file.js';
import { judge } from '../scenario/judge.js';
import { backtest } from './backtest.js';
import { boardAt } from './board.js';
import { exportProblem } from './export.js';
import { readHistory } from './read-history.js';
import { each, saying, Stage } from './stage.spec-support.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage?.close());

const node = { alertname: 'NodeUnreachable', severity: 'P1', kind: 'Node', name: 'n2', node: 'n2' };
const notReady = (name: string) => ({
  alertname: 'PodNotReady',
  severity: 'P3',
  kind: 'Deployment',
  name,
  namespace: 'shop',
  pod: `${name}-x`,
  workload: `deployment/${name}`,
  node: 'n2',
  service: name,
});
/** Its value is volatile: the alert is the same, whatever that is. */
const errors = (value: string) => ({ alertname: 'FeedErrors', severity: 'warning', service: 'feed', value });

/** Now, a moment later than all that was. */
async function moment(): Promise<string> {
  const now = new Date();
  // What is decided next is decided later than this.
  while (Date.now() <= now.getTime()) await new Promise((resolve) => setImmediate(resolve));
  return now.toISOString();
}

/** What the API says of a problem, as the board does. */
function shown({ id, severity, status, title, acknowledged, incident, counts, openedAt }: ProblemView) {
  return {
    id,
    severity,
    status,
    title,
    since: openedAt,
    by: acknowledged?.by.id,
    incidentId: incident?.id,
    firing: counts.firing,
  };
}
function onBoard({ id, severity, status, title, since, acknowledged, incidentId, firing }: BoardProblem) {
  return { id, severity, status, title, since, by: acknowledged?.by.id, incidentId, firing };
}
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

describe('a story', () => {
  const boards: { readonly at: string; readonly problems: readonly ProblemView[] }[] = [];

  async function look(): Promise<void> {
    const problems = await stage.problems();
    const open = problems.filter(({ status }) => status !== 'resolved' && status !== 'archived');
    boards.push({ at: await moment(), problems: open });
  }

  beforeAll(async () => {
    await stage.tellTopology({
      nodes: [{ name: 'n1' }, { name: 'n2', zone: 'eu-1a' }],
      pods: [
        { namespace: 'shop', name: 'feed-x', node: 'n2', workload: 'deployment/feed', services: ['feed'] },
        { namespace: 'shop', name: 'reco-x', node: 'n2', workload: 'deployment/reco', services: ['reco'] },
        { namespace: 'other', name: 'cron-y', node: 'n1', workload: 'deployment/cron', services: [] },
      ],
      ingresses: [],
      pvcs: [],
    });
    await look();
    // Symptoms first, the cause after them.
    await stage.report('kubernetes', saying('firing', notReady('feed')));
    await look();
    await stage.report('grafana', saying('firing', errors('0.7'), { annotations: { summary: 'feed: 503' } }));
    await stage.report('kubernetes', saying('firing', notReady('reco')), saying('firing', node));
    await look();
    await stage.report('grafana', saying('firing', errors('0.9')));
    await stage.report(
      'grafana',
      saying('firing', { alertname: 'DiskFull', severity: 'P4', host: '~odd (1)' }),
    );
    const { id } = await stage.problem('NodeUnreachable');
    await stage.command({
      type: 'gomon.command.v1.acknowledge-problem',
      data: { target: { kind: 'problem', id }, note: 'on it' },
    });
    await look();
    const matchers = [{ name: 'alertname', operator: '=', value: 'DiskFull' }];
    await stage.command({
      type: 'gomon.command.v1.create-silence',
      data: { matchers, forMs: 3_600_000, comment: 'known' },
    });
    await stage.report('kubernetes', saying('resolved', notReady('feed')), saying('resolved', node));
    await look();
    const disk = await stage.problem('DiskFull');
    await stage.command({
      type: 'gomon.command.v1.resolve-problem',
      data: { target: { kind: 'problem', id: disk.id }, reason: 'cleaned' },
    });
    await stage.report('grafana', saying('resolved', errors('0.9')));
    await look();
    await stage.report('kubernetes', saying('resolved', notReady('reco')));
    await look();
  }, 60_000);

  it('is decided anew at each moment as the API has told it then', async () => {
    expect(boards.map(({ problems }) => problems.length)).toEqual([0, 1, 1, 2, 2, 1, 0]);
    for (const { at, problems } of boards) {
      const board = await stage.board(at);
      const { items, decidesBy } = await stage.history({ since: board.replayFrom ?? at });
      const task: TaskOf<'board'> = {
        task: 'board',
        decidesBy,
        topology:
          (await stage.ask(queries.readTopology, { part: 0 })).topology === null ? [] : await topology(),
        silences: [],
        since: board.replayFrom ?? at,
        json: true,
        at,
        rules: [{ version: 0, at: board.replayFrom ?? at, content: '' }],
        board,
      };
      const result = await boardAt(task, each(items));
      expect({ at, by: result.by, unknown: result.unknown }).toEqual({
        at,
        by: boards[0]?.at === at ? 'audit' : 'replay',
        unknown: boards[0]?.at === at ? [expect.any(String)] : [],
      });
      expect(result.problems.map(onBoard).toSorted(byId)).toEqual(problems.map(shown).toSorted(byId));
    }
  });

  it('is told by the audit with the same problems, whoever had acknowledged them and their alerts', async () => {
    for (const { at, problems } of boards) {
      const board = await stage.board(at);
      const plain = ({ id, status, by, firing, since }: ReturnType<typeof onBoard>) => ({
        id,
        status,
        by,
        firing,
        since,
      });
      expect(board.complete).toBe(true);
      expect(board.problems.map(onBoard).map(plain).toSorted(byId)).toEqual(
        problems.map(shown).map(plain).toSorted(byId),
      );
    }
  });

  it('of many alerts is a scenario file that comes to the same', async () => {
    const { task, items } = await stage.exportOf('NodeUnreachable');
    expect(task.members.map(({ title }) => title).sort()).toEqual([
      'FeedErrors',
      'NodeUnreachable',
      'PodNotReady',
      'PodNotReady',
    ]);
    const { text, failures } = await exportProblem(task, each(items));
    expect(failures).toEqual([]);
    const read = readScenario(text);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    const { scenario, rules } = read;
    const { ok, played } = judge(scenario, rules);
    expect([ok, played.problems.length, played.incidents.length]).toEqual([true, 1, 1]);
    expect(scenario.origin).toContain(task.problem.id);
    expect(scenario.expect).toMatchObject({
      problems: [{ severity: 'P1', members: { min: 5, max: 5 } }],
      incidents: { min: 1, max: 1 },
    });
    expect(scenario.topology?.pods.map(({ name }) => name)).toEqual(['feed-x', 'reco-x']);
    expect(scenario.steps.filter((step) => 'command' in step)).toMatchObject([
      { command: 'acknowledge', note: 'on it', user: 'ops' },
    ]);
    expect(text).not.toContain('DiskFull');
  });

  it('with a silence, an odd label and an end by hand is one too', async () => {
    const { task, items } = await stage.exportOf('DiskFull');
    const { text, failures } = await exportProblem(task, each(items));
    expect(failures).toEqual([]);
    const read = readScenario(text);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    expect(judge(read.scenario, read.rules).ok).toBe(true);
    expect(read.scenario.steps.map((step) => ('command' in step ? step.command : step.status))).toEqual([
      'firing',
      'silence',
      'resolve',
    ]);
  });

  it('that rules would tell otherwise is said to be so', async () => {
    const { task, items } = await stage.exportOf('NodeUnreachable');
    const rules = { ...task.rules, content: 'correlation: { enabled: false }\n' };
    const { failures } = await exportProblem({ ...task, rules }, each(items));
    expect(failures.join('\n')).toContain(', not 5');
  });

  it('is tried with other rules', async () => {
    const { items, decidesBy } = await stage.history();
    const task: TaskOf<'backtest'> = {
      task: 'backtest',
      decidesBy,
      topology: await topology(),
      silences: [],
      since: boards[0]?.at ?? '',
      until: await moment(),
      json: true,
      rules: { version: 0, at: boards[0]?.at ?? '', content: '' },
      tried: '',
    };
    expect(await backtest(task, each(items))).toMatchObject({
      same: true,
      observations: 10,
      problems: { before: 2 },
    });
    const tried = 'correlation: { enabled: false }\n';
    const { same, changes } = await backtest({ ...task, tried }, each(items));
    expect([same, changes.map(({ kind, before }) => [kind, before.map(({ title }) => title)])]).toEqual([
      false,
      [['split', ['NodeUnreachable']]],
    ]);
    const muting = `correlation: { enabled: false }
inhibit:
  - { name: all, source_matchers: ['alertname=FeedErrors'], target_matchers: ['kind=Node'] }
`;
    const { muted, hidden } = await backtest({ ...task, tried: muting }, each(items));
    expect(muted).toEqual({ before: 1, after: 2 });
    expect(hidden.map(({ title, severity, why }) => [title, severity, why])).toEqual([
      ['NodeUnreachable', 'P1', expect.stringContaining('FeedErrors')],
    ]);
  });

  it('is read page by page, each in the order of the decisions, without whoever waits for an answer', async () => {
    const { items } = await stage.history({ limit: 1 });
    expect(items.map(({ decidedAt }) => decidedAt)).toEqual(
      items.map(({ decidedAt }) => decidedAt).toSorted(),
    );
    expect(items).toEqual((await stage.history({ limit: 500 })).items);
    expect(items.filter(({ kind }) => kind === 'report')).toHaveLength(8);
    expect(items.filter(({ kind }) => kind === 'command')).toHaveLength(3);
    expect(JSON.stringify(items)).not.toContain('replyTo');
  });

  it('of one problem is found by pages that look at a few reports each, and may be empty', async () => {
    const { id: problemId } = await stage.problem('DiskFull');
    const { items, decidesBy } = await stage.history({ problemId });
    const pages: (readonly HistoryItem[])[] = [];
    const until = await moment();
    for (let cursor: string | undefined; ;) {
      const about = { since: new Date(0).toISOString(), until, problemId, limit: 9 };
      const query = cursor === undefined ? about : { ...about, cursor };
      const page = await readHistory(stage.database, stage.nats, query, decidesBy, 1);
      pages.push(page.items);
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect(pages.flat()).toEqual(items);
    expect(pages.length).toBeGreaterThan(8);
    expect(pages.filter(({ length }) => length === 0).length).toBeGreaterThan(0);
  });

  it('that is no longer stored is said to be gone, and its board is told by the audit', async () => {
    const problem = await stage.problem('NodeUnreachable');
    await stage.forget();
    expect(await stage.history({ problemId: problem.id })).toMatchObject({ items: [], gone: 7 });
    const at = boards[3]?.at ?? '';
    const board = await stage.board(at);
    expect([board.replayFrom, board.problems.length]).toEqual([undefined, 2]);
    const task = {
      task: 'board',
      decidesBy: { incidentProvider: 'none' },
      board,
      at,
    } as const;
    const around = {
      topology: [],
      silences: [],
      since: at,
      json: true,
      rules: [{ version: 0, at, content: '' }],
    };
    expect(await boardAt({ ...task, ...around }, each([]))).toMatchObject({
      by: 'audit',
      problems: board.problems,
    });
  });
});

describe('what people put together and take apart', () => {
  const odd = (name: string) => ({ alertname: name, severity: 'P4', host: `host-of-${name}` });
  const place = async (type: 'merge-problems' | 'split-problem' | 'move-alerts', data: object) =>
    stage.command({ type: `gomon.command.v1.${type}`, data: { ...data } });
  const idOf = async (title: string) => (await stage.problem(title)).id;
  const alertIdsOf = async (...titles: readonly string[]) =>
    (await Promise.all((await stage.problems()).map(({ id }) => stage.alerts(id))))
      .flat()
      .filter(({ title }) => titles.includes(title))
      .map(({ id }) => id);
  const target = async (title: string) => ({ kind: 'problem', id: await idOf(title) });
  const commandsIn = (text: string) => {
    const read = readScenario(text);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    return read.scenario.steps.flatMap((step) => ('command' in step ? step.command : []));
  };

  const exported = async (title: string) => {
    const { task, items } = await stage.exportOf(title);
    const { text, failures } = await exportProblem(task, each(items));
    expect(text).not.toContain('cannot tell');
    return [failures, commandsIn(text)];
  };

  it('is part of the scenario file', async () => {
    for (const name of ['CableLoose', 'FanSlow', 'DoorOpen'])
      await stage.report('grafana', saying('firing', odd(name)));
    const apart = await moment();
    await place('merge-problems', {
      target: await target('FanSlow'),
      into: await idOf('CableLoose'),
      reason: 'one rack',
    });
    await place('merge-problems', { target: await target('DoorOpen'), into: await idOf('CableLoose') });
    const { task, items } = await stage.exportOf('CableLoose');
    expect((await exportProblem(task, each(items))).text).toContain('reason: one rack');
    expect(await exported('CableLoose')).toEqual([[], ['merge', 'merge']]);

    expect((await stage.board(apart)).problems).toHaveLength(3);
    expect((await stage.board(await moment())).problems).toHaveLength(1);

    const alertIds = await alertIdsOf('FanSlow', 'DoorOpen');
    await place('split-problem', { target: await target('CableLoose'), alertIds });
    expect(await exported('CableLoose')).toEqual([[], []]);
    expect(await exported('FanSlow')).toEqual([[], ['merge']]);
    await place('move-alerts', {
      target: await target('FanSlow'),
      alertIds: await alertIdsOf('FanSlow'),
      to: await idOf('CableLoose'),
    });
    expect(await exported('CableLoose')).toEqual([[], ['merge', 'split', 'merge']]);
    await place('merge-problems', { target: await target('DoorOpen'), into: await idOf('CableLoose') });
    const all = ['merge', 'merge', 'split', 'move', 'move', 'merge'];
    expect(await exported('CableLoose')).toEqual([[], all]);
  });
});

async function topology() {
  const told = (await stage.ask(queries.readTopology, { part: 0 })).topology;
  return told === null ? [] : [told];
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventOf, type RulesCommand } from '@gomon/contracts';
import { eventually } from '@gomon/testing';
import { register } from 'prom-client';
import {
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { decideReports } from '../reports/decide-reports.js';
import { doRulesCommand } from './do-rules-command.js';
import { RuleBook } from './rule-book.js';
import { RulesFileWatch } from './rules-file-watch.js';
import { applyRulesFile, findRules, hashOf, listRules } from './rules-versions.js';

const TELL_ALL_IN = (channel: string) =>
  `receivers: [{ name: all, slack: { channel: '${channel}' } }]\nroute: { receiver: all }\n`;
const clock = () => new Date().toISOString();

let test: TestDatabase;
let folder: string;
const logged: { level: string; message: string; context: object | undefined }[] = [];
const log = (level: string, message: string, context?: object) =>
  void logged.push({ level, message, context });

beforeEach(async () => {
  logged.length = 0;
  test = await startTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'gomon-rules-'));
}, 60_000);
afterEach(async () => {
  await test.stop();
  await rm(folder, { recursive: true, force: true });
});

let commands = 0;
function command(
  body: { type: RulesCommand['type'] } & Record<string, unknown>,
  id = `c${(commands += 1)}`,
): RulesCommand {
  const { type, ...data } = body;
  const event = eventOf(
    type,
    { actor: { kind: 'api', id: 'ops' }, ...data },
    { id, source: 's', time: new Date() },
  );
  return event as RulesCommand;
}
const apply = (content: string, id?: string) =>
  doRulesCommand(
    test.database,
    command({ type: 'gomon.command.v1.apply-rules', content }, id),
    new RuleBook('opsgenie', log),
    clock,
  );
const rollBack = (version: number) =>
  doRulesCommand(
    test.database,
    command({ type: 'gomon.command.v1.roll-back-rules', version }),
    new RuleBook('opsgenie', log),
    clock,
  );
const versions = async () =>
  (await listRules(test.database, 50)).map(
    ({ version, origin, actor }) => `${version} ${origin} ${actor.id}`,
  );

/** The channel of the problem that a new alert opens. */
async function toldIn(book: RuleBook, database = test.database): Promise<string> {
  const title = `Alert${Math.random()}`;
  await decideReports(database, [delivered([firing(title)])], book, clock);
  const [row] = await database.query<{ channel: string }>(`select channel from problems where title = $1`, [
    title,
  ]);
  return row?.channel ?? 'none';
}

describe('the rules in force', () => {
  it('are the default until others are applied, and then those, for every replica at once', async () => {
    const other = await test.another();
    const books = [new RuleBook('opsgenie', log), new RuleBook('opsgenie', log)] as const;
    expect([await toldIn(books[0]), await toldIn(books[1], other)]).toEqual([
      '#k8s-healthchecks',
      '#k8s-healthchecks',
    ]);
    expect(await apply(TELL_ALL_IN('#all'))).toMatchObject({ outcome: 'done', rules: { version: 1 } });
    expect([await toldIn(books[0]), await toldIn(books[1], other)]).toEqual(['#all', '#all']);
    expect(await register.getSingleMetricAsString('gomon_rules_in_force')).toContain(
      `version="1",hash="${hashOf(TELL_ALL_IN('#all'))}"} 1`,
    );
  });

  it('stay when others are refused or are the same', async () => {
    await apply(TELL_ALL_IN('#all'));
    expect(await apply('severity: 7')).toMatchObject({
      outcome: 'without-effect',
      message: expect.stringContaining('refused: line 1, column 11') as string,
    });
    expect(await apply(TELL_ALL_IN('#all'))).toMatchObject({
      outcome: 'without-effect',
      rules: { version: 1 },
    });
    expect(await versions()).toEqual(['1 api ops']);
  });

  it('can be those of an earlier version again, as a version of its own', async () => {
    await apply(TELL_ALL_IN('#one'));
    await apply(TELL_ALL_IN('#two'));
    expect(await rollBack(1)).toMatchObject({ outcome: 'done', rules: { version: 3 } });
    expect(await toldIn(new RuleBook('opsgenie', log))).toBe('#one');
    expect(await rollBack(9)).toMatchObject({ outcome: 'not-found' });
    expect(await versions()).toEqual(['3 rollback ops', '2 api ops', '1 api ops']);
    expect(await findRules(test.database)).toMatchObject({ note: 'back to version 1' });
  });

  it('are changed once by a command, however often it is delivered', async () => {
    await apply(TELL_ALL_IN('#one'), 'same');
    await apply(TELL_ALL_IN('#two'));
    expect(await apply(TELL_ALL_IN('#one'), 'same')).toMatchObject({
      outcome: 'done',
      rules: { version: 1 },
    });
    expect(await toldIn(new RuleBook('opsgenie', log))).toBe('#two');
  });

  it('get one number each, when many are applied at once', async () => {
    const others = await Promise.all([test.another(), test.another()]);
    const texts = Array.from({ length: 12 }, (_, index) => TELL_ALL_IN(`#c${index}`));
    await Promise.all(
      texts.map((content, index) =>
        doRulesCommand(
          [test.database, ...others][index % 3] ?? test.database,
          command({ type: 'gomon.command.v1.apply-rules', content }),
          new RuleBook('opsgenie', log),
          clock,
        ),
      ),
    );
    expect((await listRules(test.database, 50)).map(({ version }) => version)).toEqual(
      texts.map((_, index) => texts.length - index),
    );
  });

  it('cannot be changed in the table', async () => {
    await apply(TELL_ALL_IN('#one'));
    await expect(test.database.query(`update rules set content = ''`)).rejects.toThrow('append-only');
    await expect(test.database.query(`delete from rules`)).rejects.toThrow('append-only');
  });

  it('that another release wrote, and this one cannot read, leave those before them in force', async () => {
    await apply(TELL_ALL_IN('#one'));
    await test.database.query(
      `insert into rules (version, hash, content, origin, actor) values (2, 'x', 'later_field: 1', 'api', '{}')`,
    );
    const book = new RuleBook('opsgenie', log);
    expect(await toldIn(book)).toBe('#one');
    expect(await toldIn(book)).toBe('#one');
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
    await apply(TELL_ALL_IN('#three'));
    expect(await toldIn(book)).toBe('#three');
  });

  it('of identity hold for new episodes: what is open goes on under the version before', async () => {
    const book = new RuleBook('opsgenie', log);
    const report = (host: string) =>
      decideReports(
        test.database,
        [delivered([firing('A', { labels: { alertname: 'A', host } })])],
        book,
        clock,
      );
    await report('1');
    await apply('identity: { rules: [{ labels: [alertname] }] }\n');
    await report('1');
    const count = async () =>
      Number((await test.database.query<{ count: string }>('select count(*) from alerts_active'))[0]?.count);
    expect(await count()).toBe(1);
    await report('2');
    await report('3');
    expect(await count()).toBe(2);
  });
});

describe('the rules file', () => {
  it('is taken up at the start, when it changes and on SIGHUP, and refused where it is bad', async () => {
    const path = join(folder, 'gomon.yaml');
    await writeFile(path, TELL_ALL_IN('#first'));
    const watch = new RulesFileWatch(test.database, path, log);
    watch.start();
    try {
      await eventually('the file is in force', async () => (await versions()).length === 1);
      expect(await versions()).toEqual(['1 file rules-file']);
      await writeFile(path, TELL_ALL_IN('#second'));
      await eventually('the changed file is in force', async () => (await versions()).length === 2);
      await writeFile(path, 'severity:\n  - severity: P9\n');
      process.emit('SIGHUP');
      const refusal = () => logged.find(({ message }) => message.includes('refused'));
      await eventually('the bad file is refused', () => refusal() !== undefined);
      expect(refusal()).toMatchObject({
        level: 'error',
        context: { faults: [expect.stringContaining(`${path}:2:15: severity[0].severity: `) as string] },
      });
      expect(await versions()).toHaveLength(2);
      expect(await register.getSingleMetricAsString('gomon_rules_file')).toMatch(/hash="\w+"} 0/);
    } finally {
      await watch.stop();
    }
  });

  it('need not be there', async () => {
    const watch = new RulesFileWatch(test.database, join(folder, 'none.yaml'), log);
    watch.start();
    await watch.stop();
    expect(logged).toMatchObject([
      { level: 'info', message: expect.stringContaining('no rules file') as string },
    ]);
    expect(await versions()).toEqual([]);
  });

  it('does not undo a rollback when a replica starts with it', async () => {
    await applyRulesFile(test.database, TELL_ALL_IN('#one'));
    await applyRulesFile(test.database, TELL_ALL_IN('#two'));
    await rollBack(1);
    expect(await applyRulesFile(test.database, TELL_ALL_IN('#two'))).toMatchObject({ kind: 'unchanged' });
    expect(await versions()).toHaveLength(3);
    expect(await applyRulesFile(test.database, TELL_ALL_IN('#three'))).toMatchObject({
      kind: 'applied',
      version: 4,
    });
  });
});

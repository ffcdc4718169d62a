import type { AlertCommand } from '@gomon/contracts';
import {
  book,
  decideNow,
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { findAlert, findAlerts } from '../query/find-alerts.js';
import { findProblem } from '../query/find-problems.js';
import { decideCommands } from './decide-commands.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

const actor = { kind: 'api', id: 'ops' } as const;
const nowhere = '00000000-0000-7000-8000-000000000000';
let sent = 0;

function command(body: Pick<AlertCommand, 'type' | 'data'>, id?: string): AlertCommand {
  sent += 1;
  return {
    specversion: '1.0',
    id: id ?? `command-${sent}`,
    source: 'gomon/api-gateway',
    time: '2026-03-01T10:00:00.000Z',
    ...body,
  } as AlertCommand;
}

function acknowledge(alertId: string, id?: string): AlertCommand {
  return command(
    { type: 'gomon.command.v1.acknowledge-problem', data: { actor, target: { kind: 'alert', id: alertId } } },
    id,
  );
}

function decide(...commands: AlertCommand[]) {
  return decideCommands(test.database, commands, book, () => new Date().toISOString());
}

async function alertNamed(name: string): Promise<{ id: string; problemId: string }> {
  await decideNow(test.database, [delivered([firing(name)])]);
  const filter = [{ name: 'alertname', operator: '=' as const, value: name }];
  const [alert] = (await findAlerts(test.database, { limit: 1, filter })).items;
  if (alert === undefined) throw new Error(`${name} is not there`);
  return alert;
}

describe('a command', () => {
  it('has one effect and the same answer, however often it is delivered', async () => {
    const { id, problemId } = await alertNamed('Once');
    const first = await decide(acknowledge(id, 'same'), acknowledge(id, 'same'));
    const second = await decide(acknowledge(id, 'same'));
    expect(first.outbox).toHaveLength(2);
    expect(second.outbox).toHaveLength(0);
    expect(second.answers.get('same')).toEqual(first.answers.get('same'));
    expect(first.answers.get('same')).toMatchObject({
      outcome: 'done',
      alert: { id, status: 'acknowledged' },
      problem: { id: problemId, version: 2, status: 'acknowledged' },
    });
  });

  it('with a long note does not make a fact too large for a message, however many alerts it is about', async () => {
    const names = Array.from({ length: 110 }, (_, index) => `Noted${index}`);
    await decideNow(
      test.database,
      names.map((name) => delivered([firing(name)])),
    );
    const filter = [{ name: 'alertname', operator: '=~' as const, value: 'Noted.*' }];
    const { items } = await findAlerts(test.database, { limit: 110, filter });
    const commands = items.map(({ id }) => {
      const target = { kind: 'alert', id } as const;
      const data = { actor, target, note: '✂'.repeat(4_000) };
      return command({ type: 'gomon.command.v1.acknowledge-problem', data });
    });
    const { outbox } = await decide(...commands);
    expect(outbox.filter(({ subject }) => subject === 'gomon.alert.v1.changed').length).toBeGreaterThan(1);
    expect(Math.max(...outbox.map(({ body }) => Buffer.byteLength(body)))).toBeLessThan(1_000_000);
  });

  it('of a batch sees what the one before it did', async () => {
    const { id } = await alertNamed('Twice');
    const { answers, outbox } = await decide(acknowledge(id, 'a'), acknowledge(id, 'b'));
    expect([answers.get('a')?.outcome, answers.get('b')?.outcome]).toEqual(['done', 'without-effect']);
    expect(outbox).toHaveLength(2);
  });

  it('that names nothing we know says so', async () => {
    const { answers, outbox } = await decide(acknowledge(nowhere, 'lost'));
    expect(answers.get('lost')).toEqual({
      commandId: 'lost',
      outcome: 'not-found',
      message: `there is no alert ${nowhere}`,
    });
    expect(outbox).toEqual([]);
  });
});

describe('an archived alert', () => {
  it('moves to the archive, is found by its id, and its repeats are remembered', async () => {
    const { id, problemId } = await alertNamed('Old');
    const data = { actor, alertId: id, reason: 'no longer ours' };
    const { answers } = await decide(command({ type: 'gomon.command.v1.archive-alert', data }, 'archive'));
    expect(answers.get('archive')).toMatchObject({ outcome: 'done', alert: { id, status: 'archived' } });
    expect((await findAlert(test.database, id)).alert).toMatchObject({ id, status: 'archived' });
    expect((await findProblem(test.database, problemId)).found?.problem.status).toBe('archived');
    const filter = [{ name: 'alertname', operator: '=' as const, value: 'Old' }];
    expect((await findAlerts(test.database, { limit: 10, filter })).items).toEqual([]);
    expect((await findAlerts(test.database, { limit: 10, filter, status: ['archived'] })).items).toHaveLength(
      1,
    );
    expect(await decideNow(test.database, [delivered([firing('Old')])])).toEqual([]);
    expect((await findAlert(test.database, id)).alert?.observations).toBe(2);
  });
});

describe('alerts are found', () => {
  it('by whose they are, where they are and when they were seen', async () => {
    const labels = { alertname: 'Assigned', namespace: 'shop-42' };
    const acceptedAt = '2026-04-01T09:00:00.000Z';
    await decideNow(test.database, [delivered([firing('Assigned', { labels })], { acceptedAt })]);
    const found = async (query: Partial<Parameters<typeof findAlerts>[1]>) =>
      (await findAlerts(test.database, { limit: 10, ...query })).items.map(({ title }) => title);
    expect(await found({ namespace: 'shop-42' })).toEqual(['Assigned']);
    expect(await found({ namespace: 'shop' })).toEqual([]);
    expect(await found({ since: acceptedAt, until: '2026-04-01T09:00:00.001Z' })).toEqual(['Assigned']);
    expect(await found({ since: acceptedAt, until: acceptedAt })).toEqual([]);
    const [alert] = (await findAlerts(test.database, { limit: 1, namespace: 'shop-42' })).items;
    const target = { kind: 'alert' as const, id: alert?.id ?? '' };
    await decide(
      command({ type: 'gomon.command.v1.assign-problem', data: { actor, target, to: 'Carol' } }),
      command({ type: 'gomon.command.v1.escalate-problem', data: { actor, target, to: 'P1' } }),
    );
    expect(await found({ assignee: 'Carol' })).toEqual(['Assigned']);
    expect(await found({ assignee: 'Dave' })).toEqual([]);
    const { found: problem } = await findProblem(test.database, alert?.problemId ?? '');
    expect(problem?.problem).toMatchObject({
      severity: 'P1',
      status: 'escalated',
      escalated: { from: 'P3', to: 'P1', by: actor },
      assigned: { to: 'Carol', by: actor },
      announced: { version: 2, why: 'escalated from P3 to P1 by ops' },
    });
  });
});

it('an end by hand is not taken back when a newer episode stands in the database', async () => {
  const begun = (time: string) => delivered([firing('Anew', { startsAt: time })], { acceptedAt: time });
  await decideNow(test.database, [begun('2026-05-01T09:00:00.000Z')]);
  const filter = [{ name: 'alertname', operator: '=' as const, value: 'Anew' }];
  const [first] = (await findAlerts(test.database, { limit: 1, filter })).items;
  const target = { kind: 'problem' as const, id: first?.problemId ?? '' };
  await decide(command({ type: 'gomon.command.v1.resolve-problem', data: { actor, target } }));
  await decideNow(test.database, [begun('2026-05-01T10:00:00.000Z')]);
  const { answers } = await decide(
    command({ type: 'gomon.command.v1.reopen-problem', data: { actor, target } }, 'take-back'),
  );
  expect(answers.get('take-back')).toMatchObject({
    outcome: 'without-effect',
    message: 'it has fired anew since, which is a problem of its own',
  });
  const { items } = await findAlerts(test.database, { limit: 10, filter, status: ['firing'] });
  expect(items).toHaveLength(1);
});

import type { AlertCommand, Observation, SilenceState } from '@gomon/contracts';
import {
  book,
  decideNow,
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import type { Reader } from '../database/transaction.js';
import { decideCommands } from '../commands/decide-commands.js';
import { findAlerts } from '../query/find-alerts.js';
import { decideDue } from '../ticks/due.js';
import { findWhy } from '../why/find-why.js';
import { findSilence, findSilences, previewSilence } from './find-silences.js';
import { beginSilences } from './mark-matching.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

let sent = 0;
const DAY_BEGAN = new Date().toISOString().slice(0, 10);
/** A time of the day of the test: silences that are long over are not looked at. */
const at = (clock: string) => `${DAY_BEGAN}T${clock}:00.000Z`;
const NOW = at('09:00');
const tomorrow = (clock: string) => new Date(Date.parse(at(clock)) + 86_400_000).toISOString();

async function command(name: string, data: object, now = NOW) {
  sent += 1;
  const event = {
    specversion: '1.0',
    id: `command-${sent}`,
    source: 'test',
    time: now,
    type: `gomon.command.v1.${name}`,
    data: { actor: { kind: 'api', id: 'ops' }, ...data },
  } as AlertCommand;
  const { answers, frees } = await decideCommands(test.database, [event], book, () => now);
  return { answer: answers.get(event.id), frees };
}

async function silenced(namespace: string, more: object = {}) {
  const matchers = [{ name: 'namespace', operator: '=', value: namespace }];
  const { answer, frees } = await command('create-silence', { matchers, comment: 'c', ...more });
  if (answer?.silence === undefined) throw new Error(JSON.stringify(answer));
  return { silence: answer.silence, frees };
}

async function report(...names: readonly (readonly [string, string, string?])[]): Promise<readonly string[]> {
  return reported(
    '09:00',
    ...names.map(([alertname, namespace, severity = 'warning']) =>
      firing(alertname, { labels: { alertname, namespace, severity }, startsAt: NOW }),
    ),
  );
}

function reported(clock: string, ...observations: readonly Observation[]): Promise<readonly string[]> {
  const deliveries = observations.map((one) => delivered([one], { acceptedAt: at(clock) }));
  return decideNow(test.database, deliveries, () => at(clock));
}

/** What happens at once, as the correlator looks after something was freed. */
async function due(watermark = NOW): Promise<readonly string[]> {
  const time = { watermark, listeningSince: '' };
  const { outbox } = await decideDue(test.database, 'default', time, book, () => watermark);
  return outbox.map(({ subject }) => subject);
}

async function alertNamed(name: string) {
  const filter = [{ name: 'alertname', operator: '=' as const, value: name }];
  const [alert] = (await findAlerts(test.database, { limit: 1, filter })).items;
  if (alert === undefined) throw new Error(`${name} is not there`);
  return alert;
}

async function isWaitedFor(reader: Reader): Promise<boolean> {
  const waiting = await reader.query(
    `select from pg_locks where locktype = 'advisory' and not granted
     and database = (select oid from pg_database where datname = current_database())`,
  );
  return waiting.length > 0;
}

const opened = 'gomon.problem.v1.normal.opened';

describe('a silence', () => {
  it('mutes what comes, in every replica, and lets it be told when it is over', async () => {
    const { silence, frees } = await silenced('a', { forMs: 3_600_000 });
    expect(frees).toBe(true);
    expect(await report(['A', 'a'], ['B', 'b'])).toEqual([opened, 'gomon.alert.v1.changed']);
    expect((await alertNamed('A')).muted?.by).toMatchObject([{ silenceId: silence.id }]);
    expect(await due(at('09:59'))).toEqual([]);
    expect(await due(at('10:00'))).toEqual([opened, 'gomon.alert.v1.changed']);
    expect((await alertNamed('A')).muted).toBeUndefined();
  });

  it.each(['is made', 'begins'])(
    '%s while nobody decides, so that nothing it is for slips by',
    async (how) => {
      await report(['A', 'a']);
      if (how === 'begins') await silenced('n', { startsAt: at('10:00'), forMs: 3_600_000 });
      const order: string[] = [];
      let silencing: Promise<unknown> | undefined;
      await test.database.transaction(['default'], async (tx) => {
        expect(await isWaitedFor(tx)).toBe(false);
        const work =
          how === 'begins' ? beginSilences(test.database, at('10:00')) : silenced('n', { forMs: 1_000 });
        silencing = work.finally(() => order.push(how));
        while (order.length === 0 && !(await isWaitedFor(tx)));
        order.push('decided');
      });
      await silencing;
      expect(order).toEqual(['decided', how]);
    },
  );

  it('mutes what fires already, from its beginning on, and frees it when it ends', async () => {
    await report(['C', 'c']);
    const { silence } = await silenced('c', { startsAt: at('10:00'), forMs: 3_600_000 });
    await due();
    expect((await alertNamed('C')).muted).toBeUndefined();
    expect(await beginSilences(test.database, at('09:59'))).toBe(false);
    expect(await beginSilences(test.database, at('10:00'))).toBe(true);
    expect(await beginSilences(test.database, at('10:00'))).toBe(false);
    await due(at('10:00'));
    expect((await alertNamed('C')).muted).toBeDefined();
    const { frees } = await command('expire-silence', { silenceId: silence.id }, at('10:10'));
    expect(frees).toBe(true);
    expect(await due(at('10:10'))).not.toContain(opened);
    expect((await alertNamed('C')).muted).toBeUndefined();
  });

  it('counts what it mutes, and is listed with its state', async () => {
    const used = await silenced('d', { forMs: 60_000 });
    const unused = await silenced('nobody', { forMs: 60_000 });
    const { silence: window } = await silenced('d', {
      recurrence: { rrule: 'FREQ=DAILY', timezone: 'UTC', durationMs: 60_000 },
    });
    await report(['D1', 'd'], ['D2', 'd']);
    const view = async (id: string, now = NOW) => {
      const found = await findSilence(test.database, id, now);
      return found && [found.state, found.muted, found.matching, found.warnings];
    };
    expect(await view(used.silence.id)).toEqual(['active', 2, 2, []]);
    expect(await view(unused.silence.id)).toEqual(['active', 0, 0, ['it has muted nothing so far']]);
    expect(await view(used.silence.id, at('09:01'))).toEqual(['expired', 2, 0, []]);
    expect(await view(window.id, tomorrow('08:00'))).toEqual(['pending', 2, 2, []]);
    expect((await findSilence(test.database, window.id, tomorrow('08:00')))?.window?.startsAt).toBe(
      tomorrow('09:00'),
    );
    const idsOf = async (state: SilenceState) => {
      const { items } = await findSilences(test.database, { limit: 50, state: [state] }, at('09:30'));
      return items.map(({ id }) => id);
    };
    expect(await idsOf('expired')).toEqual(expect.arrayContaining([used.silence.id, unused.silence.id]));
    expect(await idsOf('pending')).toContain(window.id);
    const first = await findSilences(test.database, { limit: 1 }, NOW);
    const second = await findSilences(test.database, { limit: 1, cursor: first.nextCursor }, NOW);
    expect(first.items[0]?.id).not.toBe(second.items[0]?.id);
  });

  it('is looked at before it is made: what it would mute, and what one should know', async () => {
    await report(
      ...Array.from({ length: 60 }, (_, n) => [`E${n}`, 'e', n === 0 ? 'P0' : 'warning'] as const),
    );
    const preview = await previewSilence(test.database, [
      { name: 'namespace', operator: '=~', value: 'e|none' },
    ]);
    expect(preview).toMatchObject({ matching: 60, bySeverity: { P0: 1, P2: 59 } });
    expect(preview.alerts).toHaveLength(20);
    expect(preview.warnings).toEqual(['a P0 is among them', `it is for 60 of ${preview.open} open alerts`]);
    const made = await silenced('e', { forMs: 60_000 });
    expect((await findSilence(test.database, made.silence.id, NOW))?.warnings).toContain(
      'a P0 is among them',
    );
    const nothing = await previewSilence(test.database, [{ name: 'namespace', operator: '=', value: 'zzz' }]);
    expect(nothing).toMatchObject({ matching: 0, warnings: ['nothing that is open matches'] });
    const all = await previewSilence(test.database, [{ name: 'x', operator: '!=', value: 'y' }]);
    expect(all.warnings).toContain('it would be for every alert that lacks these labels');
  });

  it('of one alert ends with it', async () => {
    await report(['F', 'f']);
    const { id } = await alertNamed('F');
    const target = { kind: 'alert', id };
    const { answer } = await command('create-silence', {
      target,
      matchers: [],
      untilResolved: true,
      comment: 'c',
    });
    await due();
    expect((await alertNamed('F')).muted).toBeDefined();
    const labels = { alertname: 'F', namespace: 'f', severity: 'warning' };
    await reported('09:10', resolved('F', { labels, startsAt: NOW, endsAt: at('09:10') }));
    expect(await findSilence(test.database, answer?.silence?.id ?? '', NOW)).toMatchObject({
      state: 'expired',
      expired: { reason: 'its alert is resolved' },
    });
  });

  it('filters alerts by whether they were muted', async () => {
    await silenced('g', { forMs: 600_000 });
    const labels = { alertname: 'G', namespace: 'g' };
    await reported(
      '09:30',
      firing('G', { labels, startsAt: at('09:01') }),
      resolved('G', { labels, startsAt: at('09:01'), endsAt: at('09:02') }),
    );
    const named = [{ name: 'namespace', operator: '=' as const, value: 'g' }];
    const listed = async (muted: boolean) =>
      (await findAlerts(test.database, { limit: 5, filter: named, muted })).items.map(({ title }) => title);
    expect([await listed(true), await listed(false)]).toEqual([['G'], []]);
  });
});

describe('why', () => {
  it('says everything that was decided about an alert, by which rules, and on what', async () => {
    const { silence } = await silenced('w', { forMs: 3_600_000 });
    await report(['W', 'w', 'critical']);
    await report(['W', 'w', 'critical']);
    const { id, problemId } = await alertNamed('W');
    const muted = await findWhy(test.database, id);
    expect(muted).toMatchObject({
      alertId: id,
      problemId,
      observations: 2,
      severity: 'P1',
      status: 'firing',
    });
    expect(muted?.now).toEqual(['nobody was told', 'silenced by ops until 10:00 UTC (namespace="w"): c']);
    expect(muted?.decisions).toMatchObject([
      {
        kind: 'fired',
        why: 'first report',
        rulesVersion: 0,
      },
      { kind: 'muted', by: { kind: 'system', id: 'mutes' } },
    ]);
    expect(
      Object.fromEntries(muted?.decisions[0]?.evidence.map(({ about, why }) => [about, why]) ?? []),
    ).toEqual({
      severity: 'label severity="critical" means P1',
      route: '#alert-critical because P1 (route urgent)',
      incident: 'P1 is urgent',
      mute: 'silenced by ops until 10:00 UTC (namespace="w"): c',
    });
    expect(muted?.decisions[1]?.evidence).toEqual([]);
    expect(muted?.decisions[0]?.cause).toMatch(/^report:/);
    await command('expire-silence', { silenceId: silence.id }, at('09:10'));
    await due(at('09:10'));
    await command('acknowledge-problem', { target: { kind: 'problem', id: problemId } }, at('09:11'));
    const told = await findWhy(test.database, id);
    expect(told?.decisions.map(({ kind }) => kind)).toEqual(['fired', 'muted', 'unmuted', 'acknowledged']);
    expect(told?.announced?.why).toBe('no longer silenced, and it still fires');
  });

  it('says what came too late', async () => {
    const labels = { alertname: 'L', namespace: 'l' };
    const about = { labels, startsAt: at('09:00') };
    await reported('09:00', firing('L', about));
    await reported('09:30', resolved('L', { ...about, endsAt: at('09:30') }));
    await reported('09:31', firing('L', about));
    const { id } = await alertNamed('L');
    const why = await findWhy(test.database, id);
    expect(why?.decisions.map(({ kind, why: words }) => `${kind}: ${words}`)).toEqual([
      'fired: first report',
      'resolved: its source reports the end',
      'late: late: this episode ended at 09:30 UTC',
    ]);
  });

  it('of an alert that is not there is nothing', async () => {
    expect(await findWhy(test.database, '00000000-0000-7000-8000-000000000000')).toBeUndefined();
  });
});

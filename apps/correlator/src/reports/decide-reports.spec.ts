import { incidentChangedEvent } from '@gomon/contracts';
import {
  decideNow,
  delivered,
  firing,
  resolved,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { OUTBOX_COLUMNS, outboxRowOf, type StoredOutboxRow } from '../outbox/outbox-table.js';
import { findAlerts } from '../query/find-alerts.js';
import { findProblems } from '../query/find-problems.js';
import { readReport } from '../ledger/read-report.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
});

afterAll(() => test.stop());

async function count(table: string, where = 'true'): Promise<number> {
  const [row] = await test.database.query<{ count: string }>(`select count(*) from ${table} where ${where}`);
  return Number(row?.count);
}

describe('a transaction', () => {
  it('writes alert, problem, audit, explanation, inbox and facts together', async () => {
    const subjects = await decideNow(test.database, [delivered([firing('Together')], { id: 'together' })]);
    expect(subjects).toEqual(['gomon.problem.v1.normal.opened', 'gomon.alert.v1.changed']);
    expect(await count('alerts_active', `labels ->> 'alertname' = 'Together'`)).toBe(1);
    expect(await count('alert_actions', `cause = 'report:together'`)).toBe(1);
    expect(await count('reports', `id = 'together'`)).toBe(1);
    expect(await count('outbox')).toBe(2);
    expect(await readReport(test.database, 'together')).toMatchObject({
      observations: [{ end: 'waiting-to-be-told', why: 'first report' }],
    });
    await test.database.query('delete from outbox');
  });

  it('writes beside the fact of a problem that of its incident, and with each change again', async () => {
    const labels = { alertname: 'Owned', severity: 'critical' };
    const opened = await decideNow(test.database, [delivered([firing('Owned', { labels })])]);
    expect(opened).toEqual([
      'gomon.problem.v1.urgent.opened',
      'gomon.incident.v1.changed',
      'gomon.alert.v1.changed',
    ]);
    const ended = await decideNow(test.database, [delivered([resolved('Owned', { labels })])]);
    expect(ended).toContain('gomon.incident.v1.changed');
    const rows = await test.database.query<StoredOutboxRow>(
      `select ${OUTBOX_COLUMNS} from outbox where subject = 'gomon.incident.v1.changed' order by id`,
    );
    const incidents = rows
      .map(outboxRowOf)
      .map(({ body }) => incidentChangedEvent.parse(JSON.parse(body)).data.problem.incident);
    expect(incidents.map((each) => each?.status)).toEqual(['open', 'resolved']);
    await test.database.query('delete from outbox');
  });

  it('decides a report once, however often it is delivered, and counts another message with it as a duplicate', async () => {
    const first = delivered([firing('Once')], { id: 'once', seq: 5_001 });
    expect(await decideNow(test.database, [first, first])).toHaveLength(2);
    expect(await decideNow(test.database, [first])).toEqual([]);
    expect(await decideNow(test.database, [{ ...first, seq: 5_002 }])).toEqual([]);
    expect(await decideNow(test.database, [{ ...first, seq: 5_002 }])).toEqual([]);
    const [alert] = (
      await findAlerts(test.database, {
        limit: 1,
        filter: [{ name: 'alertname', operator: '=', value: 'Once' }],
      })
    ).items;
    expect(alert?.observations).toBe(1);
    const [row] = await test.database.query<{ seqs: string[] }>(`select seqs from reports where id = 'once'`);
    expect(row?.seqs).toEqual(['5001', '5002']);
    expect(await count('ledger', 'duplicates = 1')).toBe(1);
  });

  it('counts a duplicate that comes in the same batch', async () => {
    const before = await count('ledger', 'duplicates = 1');
    const first = delivered([firing('Batched')], { id: 'batched', seq: 6_001 });
    await decideNow(test.database, [first, { ...first, seq: 6_002 }, { ...first, seq: 6_002 }]);
    const [row] = await test.database.query<{ seqs: string[] }>(
      `select seqs from reports where id = 'batched'`,
    );
    expect(row?.seqs).toEqual(['6001', '6002']);
    expect([before, await count('ledger', 'duplicates = 2')]).toEqual([1, 1]);
  });

  it('counts what the first report of a message announces, and what follows, once for each message', async () => {
    const counts = async () => {
      const [row] = await test.database.query(`select announced::int, followed::int from ledger`);
      return row;
    };
    const list = (seq: number) =>
      [0, 1, 2].map((index) =>
        delivered([firing(`Listed together ${index}`)], {
          id: `list-${index}`,
          seq,
          place: { index, of: 3 },
        }),
      );
    await decideNow(test.database, list(7_001).slice(1));
    expect(await counts()).toEqual({ announced: 0, followed: 2 });
    await decideNow(test.database, list(7_001));
    expect(await counts()).toEqual({ announced: 2, followed: 2 });
    await decideNow(test.database, [...list(7_001), ...list(7_002)]);
    await decideNow(test.database, list(7_002));
    expect(await counts()).toEqual({ announced: 4, followed: 4 });
  });

  it('takes the reports of a message in their order, also within a millisecond', async () => {
    const same = { seq: 8_001, acceptedAt: '2026-03-01T08:59:00.000Z' };
    const said = (index: number) =>
      delivered([firing('Ordered', { annotations: { summary: `word ${index}` } })], {
        ...same,
        place: { index, of: 3 },
      });
    await decideNow(test.database, [said(0), said(1), said(2)]);
    const filter = [{ name: 'alertname', operator: '=' as const, value: 'Ordered' }];
    const { items } = await findAlerts(test.database, { limit: 1, filter });
    expect(items).toMatchObject([{ annotations: { summary: 'word 2' }, observations: 3 }]);
  });

  it('takes a fingerprint that stands many times in one batch', async () => {
    const storm = Array.from({ length: 50 }, () =>
      delivered([firing('Twin'), firing('Twin'), resolved('Twin')]),
    );
    await decideNow(test.database, storm);
    expect(await count('alerts_active', `labels ->> 'alertname' = 'Twin'`)).toBe(1);
  });

  it('decides for two replicas at once as for one after the other', async () => {
    const other = await test.another();
    const reports = Array.from({ length: 40 }, (_, index) => delivered([firing(`Shared${index % 4}`)]));
    await Promise.all(
      reports.map((report, index) => decideNow(index % 2 === 0 ? test.database : other, [report])),
    );
    expect(await count('alerts_active', `labels ->> 'alertname' like 'Shared%'`)).toBe(4);
    const [row] = await test.database.query<{ sum: string }>(
      `select sum(observations) from alerts_active where labels ->> 'alertname' like 'Shared%'`,
    );
    expect(row?.sum).toBe('40');
  });

  it('keeps the scopes apart', async () => {
    await decideNow(test.database, [
      delivered([firing('Scoped')], { scope: 'east' }),
      delivered([firing('Scoped')], { scope: 'west' }),
    ]);
    expect(await count('alerts_active', `labels ->> 'alertname' = 'Scoped'`)).toBe(2);
    expect(await count('ledger')).toBe(3);
  });

  it('leaves nothing behind when it fails', async () => {
    const broken = delivered([firing('Broken'), firing('NUL', { annotations: { summary: 'a\u0000b' } })], {
      id: 'broken',
    });
    await expect(decideNow(test.database, [broken])).rejects.toMatchObject({ code: '22P05' });
    expect(await count('alerts_active', `labels ->> 'alertname' = 'Broken'`)).toBe(0);
    expect(await count('reports', `id = 'broken'`)).toBe(0);
    expect(await count('pg_stat_activity', `state like 'idle in transaction%'`)).toBe(0);
    expect(await count('pg_locks', `locktype = 'advisory'`)).toBe(0);
  });
});

describe('what was written', () => {
  it('comes back as it was said', async () => {
    const said = firing('Full', {
      annotations: { summary: 'a "quoted" summary ✂' },
      values: { A: 1.5, B: null },
      dashboardUrl: 'https://grafana.example/d/1',
      details: { orgId: 1, nested: { list: [1, null] } },
      notes: ['cut'],
    });
    await decideNow(test.database, [delivered([said])]);
    const filter = [{ name: 'alertname', operator: '=' as const, value: 'Full' }];
    const { items } = await findAlerts(test.database, { limit: 10, filter });
    const { status: _, ...kept } = said;
    expect(items).toMatchObject([kept]);
  });

  it('is never changed in the audit', async () => {
    for (const sql of [
      `update alert_actions set why = ''`,
      'delete from alert_actions',
      'truncate alert_actions',
    ]) {
      await expect(test.database.query(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('a page', () => {
  it('follows another without a gap or a repeat while alerts arrive', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `Page${index}`);
    await decideNow(
      test.database,
      names.map((name) => delivered([firing(name)])),
    );
    const filter = [{ name: 'alertname', operator: '=~' as const, value: 'Page.*' }];
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await findAlerts(test.database, {
        limit: 10,
        filter,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
      if (seen.length === 10) await decideNow(test.database, [delivered([firing('PageNew')])]);
    } while (cursor !== undefined);
    expect(seen).toEqual(names.reverse());
  });

  it('of problems has their present state', async () => {
    await decideNow(test.database, [
      delivered([firing('Listed', { labels: { alertname: 'Listed', severity: 'critical' } })]),
    ]);
    const { items, nextCursor } = await findProblems(test.database, { limit: 1 });
    expect(items).toMatchObject([
      {
        problem: {
          title: 'Listed',
          status: 'firing',
          version: 1,
          counts: { total: 1, firing: 1, resolved: 0 },
        },
        tell: { channel: '#alert-critical' },
      },
    ]);
    expect(nextCursor).toBeDefined();
  });
});

it('a repeat whose fields come in another order than PostgreSQL keeps says nothing new', async () => {
  const annotations = { summary_of_it: 'long name first', description: 'd', a: 'short name last' };
  const labels = { zone_of_the_cluster: 'eu', alertname: 'Ordered', a: 'b' };
  const values = { second: 2, B: 1 };
  await decideNow(test.database, [delivered([firing('Ordered', { annotations, labels, values })])]);
  const again = await decideNow(test.database, [
    delivered([firing('Ordered', { annotations, labels, values })]),
  ]);
  expect(again).toEqual([]);
  const changed = { ...annotations, a: 'other' };
  expect(
    await decideNow(test.database, [
      delivered([firing('Ordered', { annotations: changed, labels, values })]),
    ]),
  ).toEqual(['gomon.problem.v1.normal.changed']);
});

import { clusterHealth, eventOf, type AlertCommand } from '@gomon/contracts';
import { findClusterHealth, recordClusterHealth } from '../cluster/cluster-health.js';
import { decideCommands } from '../commands/decide-commands.js';
import {
  book,
  decideNow,
  delivered,
  firing,
  startTestDatabase,
  type TestDatabase,
} from '../database/test-database.spec-support.js';
import { findIncident, findIncidents } from '../query/find-incidents.js';
import { findProblems } from '../query/find-problems.js';
import { decideReports } from '../reports/decide-reports.js';
import { RuleBook } from '../rules/rule-book.js';
import { applyRulesFile } from '../rules/rules-versions.js';
import { decideDue } from '../ticks/due.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await startTestDatabase();
  await applyRulesFile(test.database, 'incidents: { wait: 0s }');
});

afterAll(() => test.stop());

const labels = (alertname: string) => ({ alertname, severity: 'P1' });

async function record(problemId: string, data: Record<string, unknown>): Promise<void> {
  const event = eventOf(
    'gomon.command.v1.record-incident',
    { actor: { kind: 'system', id: 'incident-sync' }, problemId, outcome: data },
    { id: `record-${problemId}`, source: 'gomon/incident-sync', time: new Date() },
  ) as AlertCommand;
  await decideCommands(test.database, [event], book, () => new Date().toISOString());
}

it('an incident comes back as it was recorded, with its problem and by itself', async () => {
  await decideNow(test.database, [delivered([firing('Owned', { labels: labels('Owned') })])]);
  const [routed] = (await findProblems(test.database, { limit: 1 })).items;
  const problem = routed?.problem;
  const { id = '' } = problem?.incident ?? {};
  expect(problem?.incident).toMatchObject({ status: 'open', why: 'P1 is urgent' });
  const linked = {
    opsgenieIncidentId: 'og-1',
    externalUrl: 'https://og.example/1',
    providerStatus: 'open',
    at: '2026-03-01T09:00:00.123Z',
  };
  await record(problem?.id ?? '', { kind: 'linked', linked });
  const { at: _, ...shown } = linked;
  expect((await findIncident(test.database, id)).incident).toMatchObject({
    id,
    status: 'open',
    problemId: problem?.id,
    title: 'Owned',
    ...shown,
  });
  const [again] = (await findProblems(test.database, { limit: 1 })).items;
  expect(again?.problem.incident?.linked).toEqual(linked);
});

it('incidents are listed by status and in pages, the newest first', async () => {
  for (const name of ['First', 'Second', 'Third']) {
    await decideNow(test.database, [delivered([firing(name, { labels: labels(name) })])]);
  }
  await decideNow(test.database, [
    delivered([
      firing('Second', { labels: labels('Second'), status: 'resolved', endsAt: '2026-03-01T10:00:00.000Z' }),
    ]),
  ]);
  const titles: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await findIncidents(test.database, {
      limit: 1,
      status: ['open'],
      ...(cursor === undefined ? {} : { cursor }),
    });
    titles.push(...page.items.map(({ title }) => title));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(titles.slice(0, 2)).toEqual(['Third', 'First']);
  const resolved = await findIncidents(test.database, { limit: 10, status: ['resolved'] });
  expect(resolved.items.map(({ title }) => title)).toEqual(['Second']);
  expect((await findIncidents(test.database, { limit: 10, severity: ['P0'] })).items).toEqual([]);
});

it('who was called of late is known: the next one waits, and is an incident after that', async () => {
  // That both are one team's is read with it.
  await applyRulesFile(test.database, 'owners: [{ name: everything, matchers: [] }]');
  const rules = new RuleBook('opsgenie', () => undefined);
  const now = () => new Date().toISOString();
  for (const name of ['Before', 'Behind'])
    await decideReports(
      test.database,
      [delivered([firing(name, { labels: labels(name) })], { acceptedAt: now() })],
      rules,
      now,
    );
  const behind = async () => {
    const { items } = await findProblems(test.database, { limit: 10 });
    return items.find(({ problem: { title } }) => title === 'Behind')?.problem;
  };
  const { incidentAt = '', incident } = (await behind()) ?? {};
  expect(incident).toBeUndefined();
  expect(Date.parse(incidentAt) - Date.now()).toBeLessThanOrEqual(30_000);
  const due = { watermark: incidentAt, listeningSince: '2026-03-01T00:00:00.000Z' };
  await decideDue(test.database, 'default', due, rules, () => incidentAt);
  expect(await behind()).toMatchObject({ incident: { openedAt: incidentAt, status: 'open' } });
});

it('the newest health of each cluster is shown as it was counted', async () => {
  const health = clusterHealth.parse({
    cluster: 'blue',
    scope: 'default',
    at: '2026-03-01T09:00:00.000Z',
    nodeCount: 3,
    readyNodes: 2,
    podCount: 7,
    runningPods: 6,
    failedPods: 1,
    namespaceData: { shop: { pods: 7, running: 6, failed: 1 } },
  });
  const newer = { ...health, at: '2026-03-01T09:00:30.000Z', blindSince: '2026-03-01T09:00:10.000Z' };
  for (const one of [newer, health, health, { ...health, cluster: 'green' }]) {
    await recordClusterHealth(test.database, one);
  }
  expect(await findClusterHealth(test.database, {})).toEqual({
    items: [newer, { ...health, cluster: 'green' }],
  });
  expect(await findClusterHealth(test.database, { scope: 'other' })).toEqual({ items: [] });
});

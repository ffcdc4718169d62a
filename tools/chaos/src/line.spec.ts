import { eventually, RunningSystem } from '@gomon/testing';
import { incidentsInOpsgenie } from './system/opsgenie.js';
import { alertsNamed, callApi, ledger, problem } from './system/api.js';
import { grafanaBody, postGrafana, type WebhookAlert } from './system/grafana.js';
import { click, ephemeralsFor, parentsInSlack, type Parent } from './system/slack.js';

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start({
    env: { SLACK_SIMULATOR_RATE_LIMITS: 'off', SLACK_PACE_PER_SECOND: '0' },
  });
}, 120_000);

afterAll(() => system.stop());

function alertOf(name: string, more: Partial<WebhookAlert> = {}): WebhookAlert {
  return {
    status: 'firing',
    labels: { alertname: name, severity: 'critical', namespace: 'shop' },
    annotations: { summary: `${name} is down` },
    startsAt: '2026-03-01T09:00:00Z',
    ...more,
  };
}

async function send(...alerts: readonly WebhookAlert[]): Promise<string> {
  const response = await postGrafana(system, grafanaBody(alerts));
  const body = (await response.json()) as { reportId: string };
  expect(response.status).toBe(200);
  return body.reportId;
}

/** The one parent of an alert's newest problem, once it shows the newest version. */
async function parentOf(name: string): Promise<Parent> {
  let found: Parent | undefined;
  await eventually(`${name} is told`, async () => {
    const [alert] = await alertsNamed(system, name);
    if (alert === undefined) return false;
    const view = await problem(system, alert.problemId);
    const parents = (await parentsInSlack(system)).get(alert.problemId) ?? [];
    found = parents[0];
    return parents.length === 1 && view.told[0]?.version === view.version;
  });
  if (found === undefined) throw new Error(`${name} has no parent`);
  return found;
}

function textOf({ message }: Parent): string {
  return JSON.stringify([message.text, message.blocks]);
}

describe('the line, from a signed webhook to Slack and back', () => {
  it('tells a problem in its channel, acknowledges it by button and shows its end', async () => {
    const reportId = await send(alertOf('Checkout'));
    const told = await parentOf('Checkout');
    expect(told.channel).toBe('#alert-critical');
    expect(textOf(told)).toContain('Checkout is down');
    expect((await ledger(system, reportId)).report?.observations).toMatchObject([
      { end: 'told', told: [{ receiver: 'slack', channel: '#alert-critical' }] },
    ]);

    await click(system, told, 'acknowledge', 'U2');
    await eventually(
      'it is acknowledged',
      async () => (await alertsNamed(system, 'Checkout'))[0]?.status === 'acknowledged',
    );
    expect((await parentOf('Checkout')).message.ts).toBe(told.message.ts);

    await send(alertOf('Checkout', { status: 'resolved', endsAt: '2026-03-01T09:30:00Z' }));
    await eventually(
      'it is resolved',
      async () => (await alertsNamed(system, 'Checkout'))[0]?.status === 'resolved',
    );
    const ended = await parentOf('Checkout');
    expect(ended.message.ts).toBe(told.message.ts);
    expect(ended.message.blocks?.some(({ type }) => type === 'actions')).toBe(false);
  });

  it('tells nobody anything new when a delivery comes three times, and does for a real second episode', async () => {
    for (let time = 0; time < 3; time += 1) await send(alertOf('Thrice'));
    const first = await parentOf('Thrice');
    expect((await alertsNamed(system, 'Thrice'))[0]).toMatchObject({ observations: 3, episode: 1 });
    await send(alertOf('Thrice', { status: 'resolved', endsAt: '2026-03-01T09:30:00Z' }));
    await send(alertOf('Thrice', { startsAt: '2026-03-01T10:00:00Z' }));
    await eventually(
      'the second episode is there',
      async () => (await alertsNamed(system, 'Thrice')).length === 2,
    );
    const second = await parentOf('Thrice');
    expect(second.message.ts).not.toBe(first.message.ts);
  });

  it('resolves by button, and a late press says so to its presser alone', async () => {
    await send(alertOf('Button'));
    const parent = await parentOf('Button');
    await click(system, parent, 'resolve', 'U2');
    await eventually(
      'it is resolved',
      async () => (await alertsNamed(system, 'Button'))[0]?.status === 'resolved',
    );
    await eventually(
      'who resolved it is told what comes next',
      async () => (await ephemeralsFor(system, 'U2')).length === 1,
    );
    expect((await ephemeralsFor(system, 'U2'))[0]).toContain('repeats stay quiet until');
    const problemId = (await alertsNamed(system, 'Button'))[0]?.problemId;
    await click(system, parent, 'acknowledge', 'U3', problemId);
    await eventually('the presser is told', async () => (await ephemeralsFor(system, 'U3')).length === 1);
    expect(await ephemeralsFor(system, 'U3')).toEqual([
      expect.stringMatching(/^Nothing was done: it ended at \d\d:\d\d UTC\.$/),
    ]);
    expect((await alertsNamed(system, 'Button'))[0]?.status).toBe('resolved');
  });

  it('opens one incident for what is urgent, shows where it is, and resolves it with the problem', async () => {
    await send(alertOf('Owned'));
    await parentOf('Owned');
    const problemId = (await alertsNamed(system, 'Owned'))[0]?.problemId ?? '';
    await eventually(
      'the incident is in Opsgenie and in Slack',
      async () =>
        (await problem(system, problemId)).incident?.linked !== undefined &&
        textOf(await parentOf('Owned')).includes('in Opsgenie'),
    );
    const [incident, ...more] = (await incidentsInOpsgenie(system)).get(problemId) ?? [];
    expect([incident?.status, more]).toEqual(['open', []]);
    const { body } = await callApi(system, '/incidents?status=open');
    expect(body).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ problemId, opsgenieIncidentId: incident?.id, providerStatus: 'open' }),
      ]) as unknown,
    });
    await send(alertOf('Owned', { status: 'resolved', endsAt: '2026-03-01T09:30:00Z' }));
    await eventually(
      'the incident is resolved',
      async () => (await incidentsInOpsgenie(system)).get(problemId)?.[0]?.status === 'resolved',
    );
  });

  it('opens an incident by button for what is not urgent', async () => {
    await send(alertOf('Minor', { labels: { alertname: 'Minor', severity: 'warning', namespace: 'shop' } }));
    const parent = await parentOf('Minor');
    const problemId = (await alertsNamed(system, 'Minor'))[0]?.problemId ?? '';
    expect((await problem(system, problemId)).incident).toBeUndefined();
    await click(system, parent, 'open-incident', 'U2');
    await eventually(
      'it is an incident',
      async () => (await incidentsInOpsgenie(system)).get(problemId)?.length === 1,
    );
    await eventually('its message leads there', async () =>
      textOf(await parentOf('Minor')).includes('in Opsgenie'),
    );
  });

  it('does what people do by the rules that name them, and follows the rules as they change', async () => {
    await send(
      alertOf('People', { labels: { alertname: 'People', severity: 'warning', namespace: 'shop' } }),
    );
    const parent = await parentOf('People');
    const problemId = (await alertsNamed(system, 'People'))[0]?.problemId ?? '';
    const rules = (content: string) =>
      callApi(system, '/rules', { method: 'PUT', body: { content } }).then(({ status }) => status);
    const people = (role: string) =>
      rules(
        `people: [{ name: Bob, slack: U2, role: ${role} }, { name: Admin, tokens: [launcher], role: admin }]\n`,
      );
    expect(await rules('people: [{ name: Bob, role: boss }]\n')).toBe(400);
    expect(await people('viewer')).toBe(200);
    await click(system, parent, 'escalate', 'U2');
    expect(
      await callApi(system, `/problems/${problemId}/assign`, { method: 'PUT', body: { to: 'Carol' } }),
    ).toMatchObject({
      status: 200,
      body: { assigned: { to: 'Carol', by: { name: 'Admin' } }, severity: 'P2' },
    });
    expect(await people('responder')).toBe(200);
    await click(system, parent, 'escalate', 'U2');
    await click(system, parent, 'assign-to-me', 'U2');
    await eventually('it is Bob’s', async () => (await problem(system, problemId)).assigned?.to === 'Bob');
    await eventually('it is P1, and an incident', async () => {
      const { severity, incident } = await problem(system, problemId);
      return severity === 'P1' && incident !== undefined;
    });
    await eventually('its message says so', async () =>
      textOf(await parentOf('People')).includes('*escalated* from P2 by Bob'),
    );
    await click(system, parent, 'resolve', 'U2');
    await eventually('it is over', async () => (await problem(system, problemId)).status === 'resolved');
    await eventually('it can be taken back', async () => textOf(await parentOf('People')).includes('Undo'));
    await click(system, await parentOf('People'), 'reopen', 'U2');
    await eventually('it is open', async () => (await problem(system, problemId)).status !== 'resolved');
    expect(await rules('')).toBe(200);
  });

  it('is commanded by the REST API as well', async () => {
    await send(alertOf('Rest'));
    await parentOf('Rest');
    const id = (await alertsNamed(system, 'Rest'))[0]?.id ?? '';
    const acknowledged = await callApi(system, `/alerts/${id}/acknowledge`, {
      method: 'PUT',
      body: { note: 'mine' },
    });
    expect(acknowledged).toMatchObject({ status: 200 });
    expect(await callApi(system, `/alerts/${id}/acknowledge`, { method: 'PUT', body: {} })).toMatchObject({
      status: 409,
    });
    expect(await callApi(system, `/alerts/${id}`, { method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(await callApi(system, `/alerts/${id}`)).toMatchObject({
      status: 200,
      body: { status: 'archived' },
    });
  });

  it('takes alerts by the REST API too', async () => {
    const body = { labels: { alertname: 'Posted', severity: 'info' }, annotations: { summary: 'by hand' } };
    expect((await callApi(system, '/alerts', { method: 'POST', body })).status).toBe(202);
    await eventually('it is there', async () => (await alertsNamed(system, 'Posted')).length === 1);
    expect((await parentOf('Posted')).channel).toBe('#k8s-healthchecks');
  });

  it('pings nobody with text from outside', async () => {
    await send(alertOf('Ping', { annotations: { summary: 'hey <!channel> <@U1> @here & <http://x|y>' } }));
    const parent = await parentOf('Ping');
    expect(parent.message['pings'] ?? []).toEqual([]);
  });

  it('balances its ledger', async () => {
    await eventually('nothing is in flight', async () => {
      const { balanced, observations } = await ledger(system);
      return balanced && observations.inFlight.waitingToBeTold + observations.inFlight.undecided === 0;
    });
  });
});

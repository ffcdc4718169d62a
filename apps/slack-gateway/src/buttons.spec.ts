import { createHmac } from 'node:crypto';
import type { ProblemView } from '@gomon/contracts';
import type { RunningService } from '@gomon/service';
import type { SlackGatewayEnv } from './slack-gateway-env.js';
import { CHANNEL, Story } from './story.spec-support.js';

let story: Story;
let service: RunningService<SlackGatewayEnv>;

beforeAll(async () => {
  story = await Story.begin();
  service = await story.startGateway();
  story.slack.setInteractionsUrl(`${service.url}/slack/interactions`);
});

afterAll(() => story.end());

beforeEach(() => {
  story.commands.length = 0;
  story.slack.workspace.ephemerals.length = 0;
  story.answer = { outcome: 'done', message: 'done' };
});

async function press(
  problem: ProblemView,
  more: { actionId?: string; value?: string; option?: string } = {},
) {
  const ts = story.parents(problem)[0]?.message.ts ?? '';
  return story.slack.click({ channel: CHANNEL, ts, actionId: 'acknowledge', user: 'U2', ...more });
}

function signed(body: string, ageS = 0, secret = 'signing'): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageS);
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
}

function send(body: string, headers: Record<string, string>, type = 'application/x-www-form-urlencoded') {
  return fetch(`${service.url}/slack/interactions`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body,
  });
}

async function detailOf(response: Response): Promise<[number, unknown]> {
  return [response.status, ((await response.json()) as { detail?: unknown }).detail];
}

describe('a button', () => {
  it('becomes a command of its presser, stored before Slack is answered', async () => {
    const problem = await story.toldProblem();
    for (const [actionId, type] of [
      ['acknowledge', 'gomon.command.v1.acknowledge-problem'],
      ['resolve', 'gomon.command.v1.resolve-problem'],
    ] as const) {
      expect(await press(problem, { actionId })).toMatchObject({ status: 200, body: '', wasLate: false });
      const manager = await story.nats.jetstreamManager();
      const message = await manager.streams.getMessage('COMMANDS', { last_by_subj: type });
      expect(message?.json()).toMatchObject({
        data: {
          actor: { kind: 'slack', id: 'U2', name: 'bob' },
          target: { kind: 'problem', id: problem.id },
        },
      });
    }
  });

  it.each([
    ['Silence for 1 hour', { forMs: 3_600_000 }],
    ['Silence for 8 hours', { forMs: 28_800_000 }],
    ['Silence until resolved', { untilResolved: true }],
  ])('of the menu silences: %s', async (option, terms) => {
    const problem = await story.toldProblem();
    expect(await press(problem, { actionId: 'more', option })).toMatchObject({ status: 200, wasLate: false });
    const manager = await story.nats.jetstreamManager();
    const message = await manager.streams.getMessage('COMMANDS', {
      last_by_subj: 'gomon.command.v1.create-silence',
    });
    expect(message?.json()).toMatchObject({
      data: { actor: { id: 'U2' }, target: { kind: 'problem', id: problem.id }, ...terms },
    });
  });

  it('of the menu ends the silence that mutes its problem', async () => {
    const silenceId = '0195a1b2-0000-7000-8000-000000000009';
    const by = [{ kind: 'silence' as const, silenceId, why: 'silenced by Alice' }];
    const problem = await story.toldProblem({ muted: { since: '2026-03-01T09:00:00.000Z', by } });
    await press(problem, { actionId: 'more', option: 'End the silence' });
    const manager = await story.nats.jetstreamManager();
    const message = await manager.streams.getMessage('COMMANDS', {
      last_by_subj: 'gomon.command.v1.expire-silence',
    });
    expect(message?.json()).toMatchObject({ data: { actor: { id: 'U2' }, silenceId } });
  });

  it('of the menu says why, to whoever asks alone, character for character', async () => {
    const problem = await story.toldProblem();
    const at = '2026-03-01T09:00:00.000Z';
    story.why = {
      alertId: problem.primary.alertId,
      problemId: problem.id,
      title: '*Disk* <!channel>',
      severity: 'P1',
      status: 'firing',
      now: ['told in #alert-critical'],
      muted: [],
      decisions: [
        {
          at,
          kind: 'fired',
          by: { kind: 'source', id: 'grafana/default' },
          why: 'first report',
          cause: 'report:1',
          rulesVersion: 7,
          evidence: [{ about: 'severity', why: 'label severity="critical" means P1' }],
        },
      ],
      observations: 1,
      lastSeenAt: at,
      told: [],
    };
    await press(problem, { actionId: 'more', option: 'Why?' });
    await story.slack.until(({ ephemerals }) => ephemerals.length > 0);
    const [ephemeral] = story.slack.workspace.ephemerals;
    expect(ephemeral).toMatchObject({ user: 'U2', blocks: [{ text: { type: 'plain_text' } }] });
    expect(ephemeral?.text).toBe(`Why P1 *Disk* &lt;!channel&gt; (firing, 1 report):
• told in #alert-critical
09:00:00 UTC  fired: first report (rules, version 7)
        severity: label severity="critical" means P1`);
    expect(story.commands).toEqual([]);
  });

  it('of the menu says that it does not know why', async () => {
    const problem = await story.toldProblem();
    story.why = undefined;
    await press(problem, { actionId: 'more', option: 'Why?' });
    await story.slack.until(({ ephemerals }) => ephemerals.length > 0);
    expect(story.slack.workspace.ephemerals).toMatchObject([{ text: 'This problem is not known any more.' }]);
  });

  it('without effect says so to its presser alone', async () => {
    const problem = await story.toldProblem();
    story.answer = { outcome: 'without-effect', message: 'it ended at 09:41 UTC' };
    await press(problem);
    await story.slack.until(({ ephemerals }) => ephemerals.length > 0);
    expect(story.slack.workspace.ephemerals).toMatchObject([
      { user: 'U2', text: 'Nothing was done: it ended at 09:41 UTC.' },
    ]);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('that nobody answers is accepted all the same', async () => {
    const problem = await story.toldProblem();
    story.answer = undefined;
    expect(await press(problem)).toMatchObject({ status: 200, wasLate: false });
    await story.slack.until(({ ephemerals }) => ephemerals.length > 0);
    expect(story.slack.workspace.ephemerals[0]?.text).toMatch(/^Accepted/);
  });

  it('that is not known (any more) says so', async () => {
    const problem = await story.toldProblem();
    expect(await press(problem, { actionId: 'frobnicate', value: 'x' })).toMatchObject({ status: 200 });
    await story.slack.until(({ ephemerals }) => ephemerals.length > 0);
    expect(story.slack.workspace.ephemerals[0]?.text).toMatch(/^This button is not known here/);
    expect(story.commands).toEqual([]);
  });

  it('whose request comes four times is one command', async () => {
    const problem = await story.toldProblem();
    const action = { action_id: 'acknowledge', action_ts: '1772355600.000001', value: problem.id };
    const payload = JSON.stringify({
      type: 'block_actions',
      user: { id: 'U1', username: 'alice' },
      container: { type: 'message', message_ts: '1.1', channel_id: 'C1' },
      response_url: `${story.slack.url}/__response/C0001/1.1/U1`,
      actions: [{ type: 'button', ...action }],
    });
    const body = new URLSearchParams({ payload }).toString();
    const retry = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
    for (const more of [{}, retry, {}, {}]) {
      expect((await send(body, { ...signed(body), ...more })).status).toBe(200);
    }
    const manager = await story.nats.jetstreamManager();
    const { state } = await manager.streams.info('COMMANDS', {
      subjects_filter: 'gomon.command.v1.acknowledge-problem',
    });
    const last = await manager.streams.getMessage('COMMANDS', {
      last_by_subj: 'gomon.command.v1.acknowledge-problem',
    });
    expect(last?.json()).toMatchObject({ data: { target: { id: problem.id }, actor: { id: 'U1' } } });
    expect(new Set(story.commands).size).toBe(1);
    expect(state.messages).toBeGreaterThan(0);
    expect(story.slack.workspace.ephemerals).toEqual([]);
  });
});

describe('a request to the URL for interactions', () => {
  it('is refused with the reason when Slack has not signed it now', async () => {
    const body = 'payload=%7B%7D';
    expect(await detailOf(await send(body, {}))).toEqual([401, 'the signature or its timestamp is missing']);
    expect(await detailOf(await send(body, signed(body, 0, 'other')))).toEqual([
      401,
      'the signature does not fit the body and the secret',
    ]);
    expect(await detailOf(await send(body, signed(body, 400)))).toEqual([
      401,
      expect.stringMatching(/^the request is 40\d s old/),
    ]);
    expect(await detailOf(await send(body, signed(body, -3_600)))).toEqual([
      401,
      expect.stringMatching(/^the request is 3[56]\d\d s ahead of our clock/),
    ]);
    expect(await detailOf(await send(`${body}x`, signed(body)))).toEqual([
      401,
      'the signature does not fit the body and the secret',
    ]);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const [reason, count] of [
      ['missing', 1],
      ['mismatch', 2],
      ['stale', 1],
      ['future', 1],
    ] as const) {
      expect(metrics).toContain(`gomon_slack_requests_refused_total{reason="${reason}"} ${count}`);
    }
  });

  it('that verifies the URL gets its challenge, one that checks TLS an empty answer', async () => {
    const json = JSON.stringify({ type: 'url_verification', token: 't', challenge: 'c-1' });
    const verified = await send(json, signed(json), 'application/json');
    expect([verified.status, await verified.text()]).toEqual([200, 'c-1']);
    expect((await send(json, {}, 'application/json')).status).toBe(401);
    const check = 'ssl_check=1&token=t';
    const checked = await send(check, signed(check));
    expect([checked.status, await checked.text()]).toEqual([200, '']);
  });

  it('that cannot be read is said to be so', async () => {
    const body = 'payload=%7B';
    expect((await send(body, signed(body))).status).toBe(400);
  });

  // The last one here: it takes NATS away.
  it('is an error to the presser when the command cannot be stored', async () => {
    const problem = await story.toldProblem();
    await story.server.kill();
    expect(await press(problem)).toMatchObject({ status: 503, wasLate: false });
    await story.server.restart();
    await story.nats.whenConnected();
    let again = await press(problem);
    while (again.status !== 200) again = await press(problem);
    await story.slack.until(() => story.commands.length > 0);
  });
});

import { createHmac, randomUUID } from 'node:crypto';
import {
  commandEvent,
  eventOf,
  queries,
  subjects,
  urgencyOf,
  type CommandEvent,
  type ProblemView,
  type Told,
} from '@gomon/contracts';
import { Nats, Publisher, reconcileStreams } from '@gomon/messaging';
import { startService, type RunningService } from '@gomon/service';
import { startNatsServer, startSlackSimulator, type NatsServer, type SlackSimulator } from '@gomon/testing';
import { problemView } from './message/problem-view.spec-support.js';
import type { SlackGatewayEnv } from './slack-gateway-env.js';
import { slackGatewayService } from './slack-gateway.js';

const CHANNEL = '#alert-critical';

let server: NatsServer;
let slack: SlackSimulator;
let nats: Nats;
let publisher: Publisher;
let service: RunningService<SlackGatewayEnv>;
/** What the correlator would know: what was told, by problem. */
const told = new Map<string, Told>();
const problems = new Map<string, ProblemView>();
const failures: string[] = [];

beforeAll(async () => {
  server = await startNatsServer();
  slack = await startSlackSimulator({ botToken: 'xoxb-1', signingSecret: 'signing', rateLimits: false });
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  await reconcileStreams(nats);
  publisher = new Publisher(nats);
  playCorrelator();
  service = await startService(slackGatewayService, environment());
  slack.setInteractionsUrl(`${service.url}/slack/interactions`);
}, 60_000);

afterAll(async () => {
  await service.close();
  await nats.drain();
  await slack.stop();
  await server.stop();
});

beforeEach(() => {
  slack.faults.clear();
});

function environment(more: Record<string, string> = {}): Record<string, string> {
  return {
    PORT: '0',
    NATS_URL: server.url,
    LOG_LEVEL: 'fatal',
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 'signing',
    SLACK_API_URL: slack.apiUrl,
    SLACK_PACE_PER_SECOND: '0',
    SLACK_TIMEOUT_MS: '700',
    SLACK_FALLBACK_CHANNEL: '#general',
    ...more,
  };
}

/** Keeps the record as the correlator does, and answers the questions of the gateway. */
function playCorrelator(): void {
  nats.connection.subscribe('gomon.command.v1.record-told', {
    callback: (_error, message) => {
      const { data } = commandEvent.parse(message.json()) as Extract<
        CommandEvent,
        { type: 'gomon.command.v1.record-told' }
      >;
      if (data.outcome.kind === 'told') told.set(data.problemId, data.outcome.told);
      else failures.push(data.outcome.reason);
      slack.workspace.changed();
    },
  });
  const answer = (subject: string, reply: (data: { id?: string }) => unknown) => {
    nats.connection.subscribe(subject, {
      callback: (_error, message) => {
        const { id, data } = message.json<{ id: string; data: { id?: string } }>();
        message.respond(JSON.stringify({ id, response: reply(data), isDisposed: true }));
      },
    });
  };
  const routed = (problem: ProblemView) => ({
    problem: { ...problem, told: [...(told.has(problem.id) ? [told.get(problem.id)] : [])] },
    tell: { receiver: 'slack', channel: CHANNEL, announce: false, why: [] },
  });
  answer(queries.getProblem.subject, ({ id }) => {
    const found = problems.get(id ?? '');
    return { found: found === undefined ? null : routed(found) };
  });
  answer(queries.listProblems.subject, () => ({ items: [...problems.values()].map(routed) }));
}

/** A problem of its own for each test. */
function newProblem(more: Partial<ProblemView> = {}): ProblemView {
  const view = problemView({ ...more, id: `0195a1b2-0000-7000-8000-${randomUUID().slice(24)}` });
  problems.set(view.id, view);
  return view;
}

async function publish(problem: ProblemView, channel = CHANNEL): Promise<void> {
  problems.set(problem.id, problem);
  const id = `${problem.id}.${problem.version}`;
  const tell = { receiver: 'slack' as const, channel, announce: true, why: ['test'] };
  const event = eventOf(
    'gomon.problem.v1.changed',
    { problem, tell },
    { id, source: 'gomon/correlator', time: new Date() },
  );
  await publisher.publish({ subject: subjects.problem(urgencyOf(problem.severity), 'changed'), id, event });
}

function parents(problem: ProblemView) {
  return slack.workspace.channels.flatMap(({ name, messages }) =>
    messages
      .filter(({ metadata }) => metadata?.event_payload['problem_id'] === problem.id)
      .map((message) => ({ channel: `#${name}`, message })),
  );
}

/** Resolves when the record says that a version was told. */
async function shown(problem: ProblemView, version = problem.version): Promise<void> {
  await slack.until(() => (told.get(problem.id)?.version ?? 0) >= version);
}

describe('a problem', () => {
  it('is one message, updated as it changes; an older version changes nothing', async () => {
    const problem = newProblem();
    await publish(problem);
    await shown(problem);
    await publish({ ...problem, version: 3, title: 'Third' });
    await shown(problem, 3);
    await publish({ ...problem, version: 2, title: 'Second' });
    const other = newProblem();
    await publish(other);
    await shown(other);
    const [only, ...others] = parents(problem);
    expect(others).toEqual([]);
    expect(JSON.stringify(only?.message.blocks)).toContain('Third');
    expect(told.get(problem.id)).toMatchObject({ channel: CHANNEL, ts: only?.message.ts });
  });

  it('whose claim is lost with the bucket is found in the record', async () => {
    const problem = newProblem();
    await publish(problem);
    await shown(problem);
    const manager = await nats.jetstreamManager();
    await manager.streams.purge('KV_slack_claims');
    await publish({ ...problem, version: 2, title: 'Again' });
    await shown(problem, 2);
    expect(parents(problem)).toHaveLength(1);
  });

  it('whose message was deleted by hand is posted again and says so', async () => {
    const problem = newProblem();
    await publish(problem);
    await shown(problem);
    for (const { messages } of slack.workspace.channels) messages.length = 0;
    await publish({ ...problem, version: 2 });
    await shown(problem, 2);
    expect(JSON.stringify(parents(problem).map(({ message }) => message.blocks))).toContain(
      'Continues a message that is gone',
    );
  });

  it('goes to the fallback channel when its own takes no messages, and says so', async () => {
    slack.workspace.channel('archived', { archived: true });
    const problem = newProblem();
    await publish(problem, '#archived');
    await shown(problem);
    const [parent] = parents(problem);
    expect(parent?.channel).toBe('#general');
    expect(JSON.stringify(parent?.message.blocks)).toContain(
      'Meant for #archived, which does not take it (is_archived)',
    );
  });

  it('that no channel takes is said and not forgotten', async () => {
    slack.faults.add({
      kind: 'error',
      error: 'is_archived',
      method: 'chat.postMessage',
      times: 2,
      delayMs: 0,
      retryAfter: null,
    });
    const problem = newProblem();
    const before = failures.length;
    await publish(problem);
    await slack.until(() => failures.length > before);
    expect(failures.at(-1)).toBe('is_archived');
    expect(parents(problem)).toEqual([]);
  });

  it('that Slack refuses as it was rendered is told plainly', async () => {
    slack.faults.add({
      kind: 'error',
      error: 'invalid_blocks',
      method: 'chat.postMessage',
      times: 1,
      delayMs: 0,
      retryAfter: null,
    });
    const problem = newProblem();
    await publish(problem);
    await shown(problem);
    expect(parents(problem).map(({ message }) => message.blocks.length)).toEqual([2]);
  });
});

describe('one parent in the end, when the first post', () => {
  const kinds = ['429', '500', '503', 'drop', 'lost-answer', 'hang', 'html', 'malformed', 'empty'] as const;

  it.each(kinds)('meets %s', async (kind) => {
    slack.faults.add({
      kind,
      method: 'chat.postMessage',
      times: 1,
      delayMs: 0,
      retryAfter: kind === '429' ? 1 : null,
      error: '',
    });
    const problem = newProblem();
    await publish(problem);
    await shown(problem);
    expect(parents(problem)).toHaveLength(1);
  });

  it.each([null, 'soon', -1, 0])('is asked to wait for an odd time: %s', async (retryAfter) => {
    slack.faults.add({
      kind: '429',
      method: 'chat.postMessage',
      times: 1,
      delayMs: 0,
      retryAfter,
      error: '',
    });
    const problem = newProblem({ severity: 'P0' });
    await publish(problem);
    await shown(problem);
    expect(parents(problem)).toHaveLength(1);
  });

  it.each(['500', 'drop', 'lost-answer', 'hang'] as const)(
    'is followed by an update that meets %s',
    async (kind) => {
      const problem = newProblem();
      await publish(problem);
      await shown(problem);
      slack.faults.add({ kind, method: 'chat.update', times: 1, delayMs: 0, retryAfter: null, error: '' });
      await publish({ ...problem, version: 2, title: 'Updated' });
      await shown(problem, 2);
      const all = parents(problem);
      expect(all).toHaveLength(1);
      expect(JSON.stringify(all[0]?.message.blocks)).toContain('Updated');
    },
  );

  it('was doubled by a late answer: the extra one is deleted', async () => {
    slack.faults.add({
      kind: 'lost-answer',
      method: 'chat.postMessage',
      times: 1,
      delayMs: 0,
      retryAfter: null,
      error: '',
    });
    slack.faults.add({
      kind: '500',
      method: 'conversations.history',
      times: 1,
      delayMs: 0,
      retryAfter: null,
      error: '',
    });
    const problem = newProblem();
    await publish(problem);
    await slack.until(() => parents(problem).length === 1);
    const [first] = parents(problem);
    const channel = slack.workspace.byIdOrName(CHANNEL);
    if (channel === undefined || first === undefined) throw new Error('nothing was posted');
    // The same request, arriving a second time by way of some proxy.
    slack.workspace.add(channel, { ...first.message, ts: slack.workspace.nextTs() });
    await shown(problem);
    expect(parents(problem).map(({ message }) => message.ts)).toEqual([first.message.ts]);
  });
});

describe('two gateways', () => {
  it('post each problem once', async () => {
    const second = await startService(slackGatewayService, environment());
    const all = Array.from({ length: 30 }, () => newProblem());
    await Promise.all(all.map((problem) => publish(problem)));
    await Promise.all(all.map((problem) => shown(problem)));
    expect(all.map((problem) => parents(problem).length)).toEqual(all.map(() => 1));
    await second.close();
  });

  it('that starts tells what is open and was never told', async () => {
    const missed = newProblem({ title: 'Missed' });
    const late = await startService(slackGatewayService, environment());
    await shown(missed);
    expect(parents(missed)).toHaveLength(1);
    await late.close();
  });
});

describe('a button', () => {
  it('becomes a command, stored before Slack is answered', async () => {
    const problem = newProblem();
    await publish(problem);
    await shown(problem);
    const [parent] = parents(problem);
    const press = { channel: CHANNEL, ts: parent?.message.ts ?? '', actionId: 'acknowledge', user: 'U2' };
    expect(await slack.click(press)).toMatchObject({ status: 200, wasLate: false });
    const manager = await nats.jetstreamManager();
    const message = await manager.streams.getMessage('COMMANDS', {
      last_by_subj: 'gomon.command.v1.acknowledge-problem',
    });
    expect(commandEvent.parse(message?.json())).toMatchObject({
      data: { actor: { kind: 'slack', id: 'U2', name: 'bob' }, target: { kind: 'problem', id: problem.id } },
    });
  });

  it('whose request is not signed by Slack is refused with the reason', async () => {
    const body = 'payload=%7B%7D';
    const timestamp = String(Math.floor(Date.now() / 1_000) - 400);
    const signature = `v0=${createHmac('sha256', 'signing').update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const send = (headers: Record<string, string>) =>
      fetch(`${service.url}/slack/interactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body,
      });
    const late = await send({ 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature });
    expect([late.status, await late.json()]).toEqual([
      401,
      expect.objectContaining({ detail: expect.stringMatching(/s off/) as unknown }),
    ]);
    expect((await send({})).status).toBe(401);
  });
});

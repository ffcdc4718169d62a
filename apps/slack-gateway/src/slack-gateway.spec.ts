import { randomUUID } from 'node:crypto';
import { STREAMS } from '@gomon/messaging';
import type { RunningService } from '@gomon/service';
import type { SlackGatewayEnv } from './slack-gateway-env.js';
import { CHANNEL, Story } from './story.spec-support.js';

let story: Story;
let service: RunningService<SlackGatewayEnv>;

beforeAll(async () => {
  story = await Story.begin();
  service = await story.startGateway();
});

afterAll(() => story.end());

beforeEach(() => story.slack.faults.clear());

async function deadLetters(): Promise<number> {
  const manager = await story.nats.jetstreamManager();
  return (await manager.streams.info(STREAMS.deadLetters.name)).state.messages;
}

async function readiness(url: string): Promise<{ status: number; slack: { ok: boolean; detail: string } }> {
  const response = await fetch(`${url}/health/ready`);
  const { indicators } = (await response.json()) as {
    indicators: { slack: { ok: boolean; detail: string } };
  };
  return { status: response.status, slack: indicators.slack };
}

describe('a problem', () => {
  it('is one message, updated as it changes; an older version changes nothing', async () => {
    const problem = await story.toldProblem();
    await story.publish({ ...problem, version: 3, title: 'Third' });
    await story.shown(problem, 3);
    await story.publish({ ...problem, version: 2, title: 'Second' });
    await story.toldProblem();
    const [only, ...others] = story.parents(problem);
    expect(others).toEqual([]);
    expect(only?.text).toContain('Third');
    expect(story.told.get(problem.id)).toMatchObject({ channel: CHANNEL, ts: only?.message.ts });
  });

  describe('that nobody has heard of yet', () => {
    const merged = { problemId: randomUUID(), at: '2026-03-01T09:00:00.000Z', why: 'a node and its pods' };

    it('and is part of another one by now is never told', async () => {
      const problem = story.newProblem({ severity: 'P3' });
      const over = { at: problem.openedAt, by: 'merge' } as const;
      const after = {
        ...problem,
        version: 2,
        status: 'resolved',
        resolved: over,
        mergedInto: merged,
      } as const;
      await story.publish(problem, CHANNEL, after);
      await story.publish(after);
      await story.settled();
      expect(story.parents(problem)).toEqual([]);
      expect(story.failures.filter(({ problemId }) => problemId === problem.id)).toEqual([]);
    });

    it('is not told either when it is urgent and its merge is in hand', async () => {
      const problem = story.newProblem({ severity: 'P1' });
      const over = { at: problem.openedAt, by: 'merge' } as const;
      await story.publish({ ...problem, version: 2, status: 'resolved', resolved: over, mergedInto: merged });
      await story.settled();
      expect(story.parents(problem)).toEqual([]);
    });

    it('is not told either when it is urgent and was merged while Slack let nobody post', async () => {
      story.fault('429', 'chat.postMessage', { retryAfter: 1 });
      const problem = story.newProblem({ severity: 'P1' });
      await story.publish(problem);
      await story.received((all) => all.some(({ status }) => status === 429));
      const over = { at: problem.openedAt, by: 'merge' } as const;
      await story.publish({ ...problem, version: 2, status: 'resolved', resolved: over, mergedInto: merged });
      await story.settled();
      expect(story.parents(problem)).toEqual([]);
    });

    it('is told as it is by now', async () => {
      const problem = story.newProblem({ severity: 'P3' });
      await story.publish(problem, CHANNEL, { ...problem, version: 3, title: 'As it is now' });
      await story.shown(problem, 3);
      expect(story.parents(problem).map(({ text }) => text)).toEqual([
        expect.stringContaining('As it is now'),
      ]);
    });

    it('is told as it was when the correlator does not know it', async () => {
      const problem = story.newProblem({ severity: 'P3' });
      await story.publish(problem);
      story.problems.delete(problem.id);
      await story.shown(problem, 1);
      expect(story.parents(problem)).toHaveLength(1);
    });
  });

  it('and was told is shown as part of another one once it is', async () => {
    const problem = await story.toldProblem({ severity: 'P3' });
    const mergedInto = { problemId: randomUUID(), at: problem.openedAt, why: 'a node and its pods' };
    const over = { at: problem.openedAt, by: 'merge' } as const;
    await story.publish({ ...problem, version: 2, status: 'resolved', resolved: over, mergedInto });
    await story.shown(problem, 2);
    expect(story.parents(problem).map(({ text }) => text)).toEqual([
      expect.stringContaining(`Part of problem ${mergedInto.problemId}`),
    ]);
  });

  it('that is told again by a stream that starts anew is not posted again', async () => {
    const problem = await story.toldProblem();
    const manager = await story.nats.jetstreamManager();
    await manager.streams.purge('KV_slack_claims');
    // As it was before it was told.
    await story.publish({ ...problem, updatedAt: '2026-03-01T09:00:01.000Z' });
    await story.publish({ ...problem, version: 2, title: 'Again' });
    await story.shown(problem, 2);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('is found again when the bucket of the claims is deleted, and the bucket is made anew', async () => {
    const problem = await story.toldProblem();
    const manager = await story.nats.jetstreamManager();
    await manager.streams.delete('KV_slack_claims');
    await story.publish({ ...problem, version: 2, title: 'Again' });
    await story.shown(problem, 2);
    const fresh = await story.toldProblem();
    expect([problem, fresh].map((each) => story.parents(each).length)).toEqual([1, 1]);
    expect((await manager.streams.info('KV_slack_claims')).state.messages).toBe(2);
  });

  it('goes on from a claim that cannot be read', async () => {
    const problem = await story.toldProblem();
    await story.nats.jetstream.publish(`$KV.slack_claims.${problem.id}`, 'x');
    await story.publish({ ...problem, version: 2 });
    await story.shown(problem, 2);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('whose message was deleted by hand is posted again and says so', async () => {
    const problem = await story.toldProblem();
    for (const { messages } of story.slack.workspace.channels) messages.length = 0;
    await story.publish({ ...problem, version: 2 });
    await story.shown(problem, 2);
    expect(story.parents(problem).map(({ text }) => text)).toEqual([
      expect.stringContaining('Continues an earlier message'),
    ]);
    await story.publish({ ...problem, version: 3 });
    await story.shown(problem, 3);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it.each(['cant_update_message', 'edit_window_closed', 'channel_not_found'])(
    'whose message cannot be changed any more (%s) goes on in another one, once',
    async (error) => {
      const problem = await story.toldProblem();
      story.fault('error', 'chat.update', { error });
      const resolved = { at: problem.openedAt, by: 'source' } as const;
      await story.publish({ ...problem, version: 2, status: 'resolved', resolved });
      await story.shown(problem, 2);
      const texts = story.parents(problem).map(({ text }) => text);
      expect(texts).toHaveLength(2);
      expect(texts.at(-1)).toContain('*Resolved*');
      expect(texts.at(-1)).toContain(error);
      await story.publish({ ...problem, version: 3, status: 'resolved', resolved });
      await story.shown(problem, 3);
      expect(story.parents(problem)).toHaveLength(2);
    },
  );

  it.each([
    ['is_archived', '#archived', { archived: true }],
    ['not_in_channel', '#private', { member: false }],
    ['channel_not_found', '#nowhere', undefined],
  ])('whose channel says %s goes to the fallback channel, and says so', async (error, channel, settings) => {
    if (settings !== undefined) story.slack.workspace.channel(channel, settings);
    const problem = await story.toldProblem({}, channel);
    const [parent] = story.parents(problem);
    expect(parent?.channel).toBe('#general');
    expect(parent?.text).toContain(`Meant for ${channel}, which does not take it (${error})`);
    await story.publish({ ...problem, version: 2, title: 'Changed' }, channel);
    await story.shown(problem, 2);
    expect(story.parents(problem).map(({ text }) => text)).toEqual([
      expect.stringMatching(/Changed.*Meant for /),
    ]);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain(`gomon_slack_channel_refusals_total{channel="${channel}",error="${error}"} 1`);
  });

  it('that no channel takes is said and not forgotten', async () => {
    story.fault('error', 'chat.postMessage', { times: 2, error: 'is_archived' });
    const problem = story.newProblem();
    const before = await deadLetters();
    await story.publish(problem);
    await story.slack.until(() => story.failures.some(({ problemId }) => problemId === problem.id));
    expect(story.failures.at(-1)).toEqual({ problemId: problem.id, reason: 'is_archived' });
    expect(story.parents(problem)).toEqual([]);
    expect(await deadLetters()).toBe(before);
  });

  it.each(['invalid_blocks', 'msg_too_long'])(
    'that Slack refuses as it was rendered (%s) is told plainly',
    async (error) => {
      story.fault('error', 'chat.postMessage', { error });
      const problem = await story.toldProblem();
      expect(story.parents(problem).map(({ message }) => message.blocks.length)).toEqual([2]);
      story.fault('error', 'chat.update', { error });
      await story.publish({ ...problem, version: 2, title: 'Changed' });
      await story.shown(problem, 2);
      expect(story.parents(problem).map(({ text }) => text)).toEqual([expect.stringContaining('Changed')]);
    },
  );

  it('that Slack refuses plainly too is given up as it is, and its next version is told', async () => {
    story.fault('error', 'chat.postMessage', { times: 2, error: 'invalid_blocks' });
    const problem = story.newProblem();
    const before = await deadLetters();
    await story.publish(problem);
    await story.slack.until(() => story.failures.some(({ problemId }) => problemId === problem.id));
    await story.publish({ ...problem, version: 2 });
    await story.shown(problem, 2);
    expect(story.parents(problem)).toHaveLength(1);
    let dead = await deadLetters();
    while (dead === before) dead = await deadLetters();
    expect(dead).toBe(before + 1);
  });

  it('of a long text stays editable', async () => {
    const primary = {
      ...story.newProblem().primary,
      labels: Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`label${index}`, 'v'.repeat(200)]),
      ),
      annotations: { summary: 'x', description: '<&>'.repeat(2_700) },
    };
    const problem = await story.toldProblem({ primary, title: 't'.repeat(1_000) });
    const resolved = { at: problem.openedAt, by: 'source' } as const;
    await story.publish({ ...problem, version: 2, status: 'resolved', resolved });
    await story.shown(problem, 2);
    expect(story.parents(problem)[0]?.text).toContain('*Resolved* by its source');
    const refusals = story.slack.received.filter(
      ({ args, answer }) => JSON.stringify(args).includes(problem.id) && answer.includes('"ok":false'),
    );
    expect(refusals).toEqual([]);
  });
});

describe('Slack that limits the rate', () => {
  it('holds back the channel that it limits, and no other', async () => {
    story.fault('429', 'chat.postMessage', { retryAfter: 2 });
    const limited = story.newProblem();
    await story.publish(limited);
    await story.received((all) => all.some(({ status }) => status === 429));
    const other = await story.toldProblem({}, '#monitoring-dev');
    expect(story.parents(limited)).toEqual([]);
    await story.shown(limited);
    const [first, second] = [other, limited].map((each) => Number(story.parents(each)[0]?.message.ts));
    expect(first).toBeLessThan(second ?? 0);
  });

  it('gets one update for many changes, and what matters most first', async () => {
    const paced = await Story.begin();
    try {
      await paced.startGateway({ SLACK_PACE_PER_SECOND: '10' });
      const many = [];
      for (let count = 0; count < 10; count += 1) many.push(await paced.toldProblem({ severity: 'P4' }));
      const changes = many.flatMap((problem) =>
        Array.from({ length: 20 }, (_, index) => ({
          ...problem,
          version: index + 2,
          title: `v${index + 2}`,
        })),
      );
      await Promise.all(changes.toSorted((a, b) => a.version - b.version).map((each) => paced.publish(each)));
      await Promise.all(many.map((problem) => paced.shown(problem, 21)));
      expect(many.map((problem) => paced.parents(problem).map(({ text }) => text.includes('v21')))).toEqual(
        many.map(() => [true]),
      );
      const updates = paced.slack.received.filter(({ method }) => method === 'chat.update');
      expect(updates.length).toBeLessThan(50);

      const waiting = Array.from({ length: 30 }, () => paced.newProblem({ severity: 'P4' }));
      await Promise.all(waiting.map((each) => paced.publish(each)));
      await paced.slack.until(() => waiting.some((each) => paced.parents(each).length > 0));
      const urgent = await paced.toldProblem({ severity: 'P0' });
      const before = waiting.filter(
        (each) => (paced.parents(each)[0]?.message.ts ?? '9') < tsOf(paced, urgent),
      );
      expect(before.length).toBeLessThan(20);
      await Promise.all(waiting.map((each) => paced.shown(each)));
    } finally {
      await paced.end();
    }
  });
});

function tsOf(from: Story, problem: { id: string }): string {
  return from.parents(problem)[0]?.message.ts ?? '';
}

describe('the state of the gateway', () => {
  it('shows what it counts', async () => {
    await story.toldProblem();
    expect(await readiness(service.url)).toMatchObject({
      status: 200,
      slack: { ok: true, detail: 'Slack answers; 0 messages wait for their turn' },
    });
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const name of [
      'gomon_slack_calls_total{method="chat.postMessage",outcome="ok"}',
      'gomon_slack_call_seconds_count{method="chat.postMessage"}',
      'gomon_slack_told_seconds_count',
      'gomon_claims_total{bucket="slack_claims",state="posted"}',
      'gomon_slack_waiting 0',
      'gomon_breaker_open{outside="Slack"} 0',
    ]) {
      expect(metrics).toContain(name);
    }
  });

  it('is not ready with a token that Slack does not take, and says so at once', async () => {
    const wrong = await Story.begin();
    try {
      const gateway = await wrong.startGateway({ SLACK_BOT_TOKEN: 'xoxb-wrong' });
      await wrong.received((all) => all.length > 0);
      const problem = wrong.newProblem();
      await wrong.publish(problem);
      let state = await readiness(gateway.url);
      while (state.slack.ok) state = await readiness(gateway.url);
      expect(state).toMatchObject({
        status: 503,
        slack: { detail: expect.stringContaining('does not take our token (invalid_auth)') as unknown },
      });
      await wrong.stopGateway(gateway);
      await wrong.startGateway();
      await wrong.shown(problem);
      expect(wrong.parents(problem)).toHaveLength(1);
    } finally {
      await wrong.end();
    }
  });
});

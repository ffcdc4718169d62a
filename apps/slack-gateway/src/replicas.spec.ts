import { setImmediate } from 'node:timers/promises';
import { CONSUMERS, hasLostMessages, STREAMS } from '@gomon/messaging';
import { CHANNEL, STALE_MS, Story } from './story.spec-support.js';

let story: Story;

beforeEach(async () => {
  story = await Story.begin();
});

afterEach(() => story.end());

const DEAD = 'a process that died';

describe('two gateways', () => {
  it('post each problem once and show its last state', async () => {
    await story.startGateway();
    await story.startGateway();
    const all = Array.from({ length: 30 }, () => story.newProblem());
    const versions = all.flatMap((problem) =>
      [1, 2, 3, 4].map((version) => ({ ...problem, version, title: `v${version}` })),
    );
    await Promise.all(versions.map((each) => story.publish(each)));
    await Promise.all(all.map((problem) => story.shown(problem, 4)));
    // On a busy machine a call takes longer than its timeout: what it left behind is found and deleted.
    await story.slack.until(() => all.every((problem) => story.parents(problem).length === 1));
    expect(all.map((problem) => story.parents(problem).map(({ text }) => text.includes('v4')))).toEqual(
      all.map(() => [true]),
    );
  });
});

describe('a gateway that slept for so long that another one took over', () => {
  it('takes its own message back', async () => {
    await story.startGateway();
    const problem = story.newProblem();
    const ts = await story.leaveMessage(problem, 'another');
    story.fault('delay', 'chat.postMessage', { delayMs: 600 });
    await story.publish(problem);
    const manager = await story.nats.jetstreamManager();
    const claims = async () => (await manager.streams.info('KV_slack_claims')).state.messages;
    while ((await claims()) === 0) await setImmediate();
    const { id = '' } = story.slack.workspace.byIdOrName(CHANNEL) ?? {};
    await story.leaveClaim(problem, { state: 'posted', channel: CHANNEL, channelId: id, ts, version: 1 });
    await story.slack.until(() => story.parents(problem).length === 2);
    await story.shown(problem);
    // The comparison with the record may say that it is shown before our own message is taken back.
    await story.slack.until(() => story.parents(problem).length === 1);
    expect(story.parents(problem)).toMatchObject([{ message: { ts } }]);
  });
});

describe('a gateway that died', () => {
  it('where Slack does not let us look leaves a post that is made again after a minute', async () => {
    const problem = story.newProblem();
    const at = Date.now() - 61_000;
    const claim = { state: 'posting', nonce: 'n', channel: CHANNEL, owner: DEAD, at, since: at } as const;
    await story.leaveClaim(problem, claim);
    await story.startGateway();
    story.fault('error', 'conversations.history', { error: 'missing_scope', times: 0 });
    await story.publish(problem);
    await story.shown(problem);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('after its claim and before its post leaves the post to another', async () => {
    const problem = story.newProblem();
    const at = Date.now() - STALE_MS;
    await story.leaveClaim(problem, {
      state: 'posting',
      nonce: 'n',
      channel: CHANNEL,
      owner: DEAD,
      at,
      since: at,
    });
    await story.startGateway();
    await story.publish(problem);
    await story.shown(problem);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('after its post and before it said so leaves a message that is found', async () => {
    const problem = story.newProblem();
    const at = Date.now() - STALE_MS;
    const claim = { state: 'posting', nonce: 'n', channel: CHANNEL, owner: DEAD, at, since: at } as const;
    await story.leaveClaim(problem, claim);
    const ts = await story.leaveMessage(problem, 'n');
    await story.startGateway();
    await story.publish({ ...problem, title: 'Found' });
    await story.shown(problem);
    expect(story.parents(problem)).toMatchObject([{ message: { ts } }]);
    expect(story.parents(problem)[0]?.text).toContain('Found');
  });

  it('is given the time that its call may take', async () => {
    const problem = story.newProblem();
    const at = Date.now() - STALE_MS + 2_000;
    await story.leaveClaim(problem, {
      state: 'posting',
      nonce: 'n',
      channel: CHANNEL,
      owner: DEAD,
      at,
      since: at,
    });
    await story.startGateway();
    await story.publish(problem);
    await story.shown(problem);
    const [parent] = story.parents(problem);
    expect(Number(parent?.message.ts) * 1_000).toBeGreaterThanOrEqual(at + STALE_MS - 5);
  });

  it('before the record of what it told leaves that to the next delivery', async () => {
    await story.startGateway();
    const problem = await story.toldProblem();
    story.told.delete(problem.id);
    await story.publish(problem);
    await story.shown(problem);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('in the middle of an update leaves it to another, after a while', async () => {
    const first = await story.startGateway();
    const problem = await story.toldProblem();
    await story.stopGateway(first);
    const { channelId = '', ts = '' } = story.told.get(problem.id) ?? {};
    const at = Date.now() - STALE_MS + 1_500;
    await story.leaveClaim(problem, {
      state: 'posted',
      channel: CHANNEL,
      channelId,
      ts,
      version: 1,
      writer: { owner: DEAD, at },
    });
    await story.startGateway();
    await story.publish({ ...problem, version: 2, title: 'Second' });
    await story.shown(problem, 2);
    const [parent] = story.parents(problem);
    expect(parent?.text).toContain('Second');
    expect(Number(parent?.message.edited?.ts) * 1_000).toBeGreaterThanOrEqual(at + STALE_MS - 5);
  });
});

describe('a gateway that starts', () => {
  it('tells what is open and was never told', async () => {
    const missed = story.newProblem({ title: 'Missed' });
    await story.startGateway();
    await story.shown(missed);
    expect(story.parents(missed)).toHaveLength(1);
  });

  it('shows the end of what ended while nobody told it, and posts nothing that is over', async () => {
    const first = await story.startGateway();
    const problem = await story.toldProblem();
    await story.stopGateway(first);
    const resolved = { at: problem.openedAt, by: 'source' } as const;
    const ended = { version: 2, status: 'resolved', resolved } as const;
    story.problems.set(problem.id, { ...problem, ...ended });
    const never = story.newProblem(ended);
    await story.startGateway();
    await story.shown(problem, 2);
    expect(story.parents(problem)[0]?.text).toContain('*Resolved*');
    expect(story.parents(never)).toEqual([]);
  });

  it('notices that the stream has lost facts which it was never given', async () => {
    await story.publish(story.newProblem());
    await story.publish(story.newProblem());
    expect(
      await hasLostMessages(story.nats, [CONSUMERS.slackOpenedUrgent, CONSUMERS.slackOpenedNormal]),
    ).toBe(false);
    const manager = await story.nats.jetstreamManager();
    await manager.streams.deleteMessage(STREAMS.facts.name, 1);
    expect(
      await hasLostMessages(story.nats, [CONSUMERS.slackOpenedUrgent, CONSUMERS.slackOpenedNormal]),
    ).toBe(true);
    const { name } = CONSUMERS.slackOpenedUrgent;
    expect((await manager.consumers.info(STREAMS.facts.name, name)).delivered.stream_seq).toBe(0);
  });
});

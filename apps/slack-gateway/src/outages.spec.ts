import { Story } from './story.spec-support.js';

let story: Story;

beforeAll(async () => {
  story = await Story.begin();
  await story.startGateway();
});

afterAll(() => story.end());

beforeEach(() => story.slack.faults.clear());

describe('one parent in the end, when the first post', () => {
  const kinds = ['429', '500', '503', 'drop', 'lost-answer', 'hang', 'html', 'malformed', 'empty'] as const;

  it.each(kinds)('meets %s', async (kind) => {
    story.fault(kind, 'chat.postMessage');
    const problem = await story.toldProblem();
    expect(story.parents(problem)).toHaveLength(1);
  });

  it.each(['internal_error', 'fatal_error'])('meets %s, after which it may be done', async (error) => {
    story.fault('error', 'chat.postMessage', { error });
    const problem = await story.toldProblem();
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('is asked to wait for no time in particular', async () => {
    story.fault('429', 'chat.postMessage', { retryAfter: null });
    const problem = await story.toldProblem({ severity: 'P0' });
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('arrives after it was taken for lost: the later one is deleted', async () => {
    story.fault('delay', 'chat.postMessage', { delayMs: 2_500 });
    const problem = await story.toldProblem();
    const { ts } = story.told.get(problem.id) ?? {};
    await story.slack.until(() => story.parents(problem).length === 2);
    await story.slack.until(() => story.parents(problem).length === 1);
    expect(story.parents(problem)[0]?.message.ts).toBe(ts);
    await story.publish({ ...problem, version: 2, title: 'Changed' });
    await story.shown(problem, 2);
    expect(story.parents(problem).map(({ text }) => text)).toEqual([expect.stringContaining('Changed')]);
  });

  it('was doubled on its way: the extra one is deleted, also when that fails at first', async () => {
    story.fault('lost-answer', 'chat.postMessage');
    story.fault('500', 'conversations.history');
    story.fault('drop', 'chat.delete');
    const problem = story.newProblem();
    await story.publish(problem);
    await story.slack.until(() => story.parents(problem).length === 1);
    const [first] = story.parents(problem);
    const channel = story.slack.workspace.byIdOrName('alert-critical');
    if (channel === undefined || first === undefined) throw new Error('nothing was posted');
    // The same request, arriving a second time by way of some proxy.
    story.slack.workspace.add(channel, { ...first.message, ts: story.slack.workspace.nextTs() });
    await story.shown(problem);
    expect(story.parents(problem).map(({ message }) => message.ts)).toEqual([first.message.ts]);
  });

  it.each(['429', '500', 'hang', 'html'] as const)('is lost, and looking for it meets %s', async (kind) => {
    story.fault('lost-answer', 'chat.postMessage');
    story.fault(kind, 'conversations.history');
    const problem = await story.toldProblem();
    expect(story.parents(problem)).toHaveLength(1);
  });
});

describe('the last state is shown, when an update', () => {
  it.each(['429', '500', 'drop', 'lost-answer', 'hang', 'html', 'malformed'] as const)(
    'meets %s',
    async (kind) => {
      const problem = await story.toldProblem();
      story.fault(kind, 'chat.update');
      await story.publish({ ...problem, version: 2, title: 'Updated' });
      await story.shown(problem, 2);
      expect(story.parents(problem).map(({ text }) => text)).toEqual([expect.stringContaining('Updated')]);
    },
  );
});

describe('a channel that is busy while many posts are lost', () => {
  it('is read a few times for all of them', async () => {
    const storm = await Story.begin();
    try {
      await storm.startGateway();
      const all = Array.from({ length: 40 }, () => storm.newProblem());
      storm.fault('lost-answer', 'chat.postMessage', { times: 7 });
      storm.fault('drop', 'chat.postMessage', { times: 0 });
      await Promise.all(all.map((problem) => storm.publish(problem)));
      await storm.received((received) => received.length > 7);
      storm.slack.faults.clear();
      await Promise.all(all.map((problem) => storm.shown(problem)));
      expect(all.map((problem) => storm.parents(problem).length)).toEqual(all.map(() => 1));
      const count = (name: string) => storm.slack.received.filter(({ method }) => method === name).length;
      expect(count('conversations.list')).toBeLessThanOrEqual(1);
      expect(count('conversations.history')).toBeLessThan(20);
    } finally {
      await storm.end();
    }
  });
});

describe('Slack that is away for a while', () => {
  it('is left alone, and then brought to the last state of everything', async () => {
    const away = await Story.begin();
    try {
      const { url } = await away.startGateway();
      const all = Array.from({ length: 20 }, () => away.newProblem());
      away.fault('500', 'chat.postMessage', { times: 0 });
      await Promise.all(all.map((problem) => away.publish(problem)));
      const isHeldBack = async () =>
        (await (await fetch(`${url}/health/ready`)).text()).includes('held back');
      while (!(await isHeldBack())) await away.received((received) => received.length > 0);
      const latest = all.map((problem) => ({ ...problem, version: 2, title: 'Latest' }));
      await Promise.all(latest.map((problem) => away.publish(problem)));
      expect(away.slack.received.length).toBeLessThan(60);
      away.slack.faults.clear();
      await Promise.all(latest.map((problem) => away.shown(problem)));
      expect(
        latest.map((problem) => away.parents(problem).map(({ text }) => text.includes('Latest'))),
      ).toEqual(latest.map(() => [true]));
      expect(await isHeldBack()).toBe(false);
    } finally {
      await away.end();
    }
  });
});

describe('more updates than Slack takes', () => {
  it('hold up no first post, and cost few calls', async () => {
    const busy = await Story.begin();
    try {
      await busy.startGateway();
      const known = await busy.toldProblem();
      const others = await Promise.all([
        busy.toldProblem({}, '#general'),
        busy.toldProblem({}, '#monitoring-dev'),
      ]);
      busy.fault('429', 'chat.update', { times: 0, retryAfter: 3_600 });
      const count = () => busy.slack.received.filter(({ method }) => method === 'chat.update').length;
      await busy.publish({ ...known, version: 2 });
      await busy.received(() => count() > 0);
      // More than a consumer may have in hand.
      const versions = Array.from({ length: 300 }, (_, index) => ({ ...known, version: index + 3 }));
      await Promise.all(versions.map((version) => busy.publish(version)));
      await Promise.all(others.map((problem) => busy.publish({ ...problem, version: 2 })));
      const fresh = await busy.toldProblem();
      expect(busy.parents(fresh)).toHaveLength(1);
      expect(count()).toBe(1);
    } finally {
      await busy.end();
    }
  });
});

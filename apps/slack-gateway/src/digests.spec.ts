import type { Digest, ProblemView } from '@gomon/contracts';
import { BUCKETS } from '@gomon/messaging';
import { STALE_MS, Story } from './story.spec-support.js';

let story: Story;

beforeAll(async () => {
  story = await Story.begin();
  await story.startGateway();
});

afterAll(() => story.end());

beforeEach(() => story.slack.faults.clear());

const AT = '2026-03-01T09:00:00.000Z';

/** The problem in a version that a digest is told with. */
function digested(problem: ProblemView, version: number, more: Partial<Digest> = {}): ProblemView {
  const digest = {
    version,
    number: version - 1,
    at: AT,
    from: AT,
    joined: 30,
    ended: 2,
    total: 31,
    firing: 29,
    severities: [{ severity: 'P2' as const, total: 31, firing: 29 }],
    namespaces: [{ name: 'shop', total: 31, firing: 29 }],
    titles: [{ name: 'Pod <!channel> is not ready', total: 31, firing: 29 }],
    last: false,
    ...more,
  };
  const storm = { rule: 'x', since: AT, from: AT, joined: 0, ended: 0, digests: 1, nextAt: AT };
  const counts = { total: 31, firing: 29, resolved: 2 };
  return { ...problem, version, updatedAt: new Date().toISOString(), counts, storm, digest };
}

describe('a digest', () => {
  it('is a reply in the thread alone, once, below a message that shows the counts', async () => {
    const problem = await story.toldProblem();
    const next = digested(problem, 2);
    await story.publish(next);
    await story.shown(problem, 2);
    await story.publish(next);
    await story.publish({ ...next, version: 3 });
    await story.shown(problem, 3);
    const [parent] = story.parents(problem);
    const [reply, ...others] = story.replies(problem);
    expect(others).toEqual([]);
    expect(parent?.text).toContain('29 of 31 alerts firing');
    expect(reply?.message).toMatchObject({ thread_ts: parent?.message.ts, pings: [] });
    expect(reply?.message.isBroadcast).not.toBe(true);
    expect(reply?.text).toContain('Digest 1: 29 of 31 alerts are firing; 30 joined and 2 ended');
    expect(reply?.text).toContain('Pod &lt;!channel&gt; is not ready: 29 of 31');
    expect(story.told.get(problem.id)).toMatchObject({ version: 3, digested: 2 });
  });

  it('is followed by the next one; one that a newer one has overtaken is not told', async () => {
    const problem = await story.toldProblem();
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    await story.publish(digested(problem, 4, { last: true, firing: 0 }));
    await story.publish(digested(problem, 3));
    await story.shown(problem, 4);
    expect(story.replies(problem).map(({ text }) => /Digest \d/.exec(text)?.[0])).toEqual([
      'Digest 1',
      'Digest 3',
    ]);
  });

  it('beside what asks for attention leads to two replies, of which the channel shows one', async () => {
    const problem = await story.toldProblem();
    await story.publish({ ...digested(problem, 2), announced: { version: 2, at: AT, why: 'it is P1' } });
    await story.shown(problem, 2);
    const replies = story.replies(problem);
    expect(replies.map(({ message }) => message.isBroadcast === true)).toEqual([true, false]);
  });

  it('of what is told for the first time is that message itself', async () => {
    const problem = story.newProblem();
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    expect([story.parents(problem).length, story.replies(problem).length]).toEqual([1, 0]);
  });

  it.each([
    ['Slack’s answer was lost', 'lost-answer'],
    ['Slack failed', '500'],
    ['Slack takes no more for a moment', '429'],
    ['the connection broke', 'drop'],
  ] as const)('is told once, although %s', async (_, kind) => {
    const problem = await story.toldProblem();
    story.fault(kind, 'chat.postMessage');
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    expect(story.replies(problem)).toHaveLength(1);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('whose answer was lost, and then the answer to the search for it, is told once', async () => {
    const problem = await story.toldProblem();
    story.fault('lost-answer', 'chat.postMessage');
    story.fault('500', 'conversations.replies');
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    expect(story.replies(problem)).toHaveLength(1);
  });

  it('that Slack refuses as it is rendered is told plainly', async () => {
    const problem = await story.toldProblem();
    story.fault('error', 'chat.postMessage', { error: 'invalid_blocks' });
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    expect(story.replies(problem).map(({ message }) => message.text)).toEqual([
      expect.stringContaining('Digest 1: 29 of 31'),
    ]);
  });

  it('is told once although the bucket with the claims was lost in between', async () => {
    const problem = await story.toldProblem();
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    const manager = await story.nats.jetstream.jetstreamManager();
    await manager.streams.purge(`KV_${BUCKETS.slackClaims}`);
    const told = story.told.get(problem.id);
    if (told === undefined) throw new Error('it was told');
    await story.publish({ ...digested(problem, 2), version: 3, told: [told] });
    await story.shown(problem, 3);
    expect(story.replies(problem)).toHaveLength(1);
  });

  it('of a message that somebody has deleted does not stand alone in the channel', async () => {
    const problem = await story.toldProblem();
    const told = story.told.get(problem.id);
    await story.callSlack('chat.delete', { channel: told?.channelId, ts: told?.ts });
    await story.publish(digested(problem, 2));
    await story.shown(problem, 2);
    const [parent, ...others] = story.parents(problem);
    expect([others.length, story.replies(problem).length]).toEqual([0, 0]);
    expect(parent?.text).toContain('29 of 31 alerts firing');
  });

  it('that another process died of is found again, or told', async () => {
    const [found, lost] = [await story.toldProblem(), await story.toldProblem()];
    const at = Date.now() - STALE_MS;
    for (const problem of [found, lost]) {
      const told = story.told.get(problem.id);
      if (told === undefined) throw new Error('it was told');
      const { channel, channelId, ts } = told;
      const nonce = `nonce-${problem.id}`;
      const announcing = { what: 'digest', version: 2, nonce, owner: 'dead', at, since: at } as const;
      const reached = { version: 2, announced: 1, digested: 1 };
      await story.leaveClaim(problem, { state: 'posted', channel, channelId, ts, ...reached, announcing });
      if (problem === found) await story.leaveMessage(problem, nonce, ts);
    }
    for (const problem of [found, lost]) await story.publish(digested(problem, 2));
    for (const problem of [found, lost]) await story.shown(problem, 2);
    expect([story.replies(found).length, story.replies(lost).length]).toEqual([1, 1]);
  });
});

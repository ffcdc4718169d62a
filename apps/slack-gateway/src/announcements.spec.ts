import type { ProblemView } from '@gomon/contracts';
import { STALE_MS, Story } from './story.spec-support.js';

let story: Story;

beforeAll(async () => {
  story = await Story.begin();
  await story.startGateway();
});

afterAll(() => story.end());

beforeEach(() => story.slack.faults.clear());

/** The problem in a version that asks for attention. */
function announcing(problem: ProblemView, version: number, why: string): ProblemView {
  const at = new Date().toISOString();
  return { ...problem, version, updatedAt: at, announced: { version, at, why } };
}

describe('an announcement', () => {
  it('is a reply to the message that its channel shows, once, beside the change', async () => {
    const problem = await story.toldProblem();
    expect(story.replies(problem)).toEqual([]);
    const announced = announcing(
      { ...problem, title: 'Worse' },
      2,
      'escalated from P2 to P1 by Alice: <!channel> now',
    );
    await story.publish(announced);
    await story.shown(problem, 2);
    await story.publish({ ...announced, version: 3, title: 'Silent' });
    await story.publish({ ...announced, version: 3, title: 'Silent' });
    await story.shown(problem, 3);
    const [parent] = story.parents(problem);
    const [reply, ...others] = story.replies(problem);
    expect(others).toEqual([]);
    expect(parent?.text).toContain('Silent');
    expect(reply?.message).toMatchObject({ thread_ts: parent?.message.ts, isBroadcast: true, pings: [] });
    expect(reply?.text).toContain('escalated from P2 to P1 by Alice: &lt;!channel&gt; now');
    expect(story.told.get(problem.id)).toMatchObject({ version: 3, announced: 2 });
  });

  it('is told also when a later version comes before it', async () => {
    const problem = await story.toldProblem();
    const announced = announcing(problem, 2, 'fires again');
    await story.publish({ ...announced, version: 3 });
    await story.publish(announced);
    await story.shown(problem, 3);
    expect(story.replies(problem)).toHaveLength(1);
  });

  it('of what is told for the first time is that message itself', async () => {
    const problem = story.newProblem();
    await story.publish(announcing(problem, 2, 'escalated'));
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
    await story.publish(announcing(problem, 2, 'escalated'));
    await story.shown(problem, 2);
    expect(story.replies(problem)).toHaveLength(1);
    expect(story.parents(problem)).toHaveLength(1);
  });

  it('that Slack refuses as it is rendered is told plainly', async () => {
    const problem = await story.toldProblem();
    story.fault('error', 'chat.postMessage', { error: 'invalid_blocks' });
    await story.publish(announcing(problem, 2, 'escalated'));
    await story.shown(problem, 2);
    expect(story.replies(problem)).toHaveLength(1);
  });

  it('of what somebody is on by now, or is over, is not told', async () => {
    for (const status of ['acknowledged', 'resolved'] as const) {
      const problem = await story.toldProblem();
      const reminder = announcing(problem, 2, 'nobody has acknowledged it');
      // The acknowledgement is committed, and its fact has not come yet.
      await story.publish(reminder, undefined, { ...reminder, version: 3, status });
      await story.shown(problem, 2);
      expect(story.replies(problem)).toEqual([]);
      expect(story.told.get(problem.id)).toMatchObject({ announced: 2 });
    }
  });

  it('that another process died of is found again, or told', async () => {
    const [found, lost] = [await story.toldProblem(), await story.toldProblem()];
    const at = Date.now() - STALE_MS;
    for (const problem of [found, lost]) {
      const told = story.told.get(problem.id);
      if (told === undefined) throw new Error('it was told');
      const { channel, channelId, ts } = told;
      const announcing = { version: 2, nonce: `nonce-${problem.id}`, owner: 'dead', at, since: at };
      const claim = {
        state: 'posted',
        channel,
        channelId,
        ts,
        version: 1,
        announced: 1,
        announcing,
      } as const;
      await story.leaveClaim(problem, claim);
    }
    await story.leaveMessage(found, `nonce-${found.id}`);
    for (const problem of [found, lost]) await story.publish(announcing(problem, 2, 'escalated'));
    for (const problem of [found, lost]) await story.shown(problem, 2);
    expect([story.replies(found).length, story.replies(lost).length]).toEqual([0, 1]);
  });
});

import type { Tell } from '@gomon/contracts';
import { SlackMessages } from './slack-messages.js';
import { problemView } from './problem-view.spec-support.js';
import { TellProblem } from './tell-problem.js';
import { Pacer } from '../slack/pacer.js';
import { Pauses } from '../slack/pauses.js';
import { SlackCalls } from '../slack/slack-calls.js';

/** A part that must not be used. */
function unused(): never {
  return new Proxy(
    {},
    {
      get: (_, name) => {
        throw new Error(`${String(name)} was asked for`);
      },
    },
  ) as never;
}

/** A Slack that takes a post, and an update, in a quarter of an hour. */
async function crowded(): Promise<SlackMessages> {
  const calls = new SlackCalls(unused(), new Pauses(), Date.now);
  const pacers = { posts: new Pacer(0.001, 0), updates: new Pacer(0.001, 0) };
  const messages = new SlackMessages(calls, pacers);
  await messages.turn('chat.postMessage', '#a', 0);
  await messages.turn('chat.update', '#a', 0);
  return messages;
}

it.each([
  [1, 'too many messages for one channel'],
  [2, 'too many updates'],
])(
  'version %d of a problem whose turn is far away is put off without a look at anything',
  async (version, reason) => {
    const teller = new TellProblem(await crowded(), unused(), unused(), unused(), unused());
    const tell: Tell = { receiver: 'slack', channel: '#a', announce: true, why: [] };
    expect(await teller.tell({ problem: problemView({ version }), tell, attempt: 2 })).toEqual({
      kind: 'again',
      afterMs: 15_000,
      reason,
    });
    await expect(
      teller.tell({ problem: problemView({ version: 1 }), tell: { ...tell, channel: '#b' }, attempt: 2 }),
    ).rejects.toThrow('read was asked for');
  },
);

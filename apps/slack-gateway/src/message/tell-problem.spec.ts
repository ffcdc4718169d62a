import type { Tell } from '@gomon/contracts';
import { SlackMessages } from './slack-messages.js';
import { problemView } from './problem-view.spec-support.js';
import { TellProblem } from './tell-problem.js';
import { Pacer } from '../slack/pacer.js';
import { Pauses } from '../slack/pauses.js';
import { SlackCalls } from '../slack/slack-calls.js';

const NOW = '2026-03-01T09:00:00.000Z';

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

const tell: Tell = { receiver: 'slack', channel: '#a', announce: true, why: [] };
const told = { receiver: 'slack', channel: '#a', channelId: 'C1', ts: '1.1', version: 1, at: NOW } as const;

async function teller(): Promise<TellProblem> {
  return new TellProblem(await crowded(), unused(), unused(), unused(), unused(), unused());
}

it.each([
  ['a first post', problemView({ version: 1 }), 'too many messages for one channel'],
  ['an update', problemView({ version: 2, told: [told] }), 'too many updates'],
  [
    'an announcement',
    problemView({ version: 2, told: [told], announced: { version: 2, at: NOW, why: 'w' } }),
    'too many messages for one channel',
  ],
])('%s whose turn is far away is put off without a look at anything', async (_, problem, reason) => {
  const outcome = await (await teller()).tell({ problem, tell, attempt: 2 });
  expect(outcome).toEqual({ kind: 'again', afterMs: 15_000, reason });
});

it.each([
  ['in a channel that is not crowded', problemView({ version: 1 }), '#b'],
  ['that is not the first and was never told, whatever is crowded', problemView({ version: 2 }), '#a'],
])('a version %s is looked at', async (_, problem, channel) => {
  const looked = (await teller()).tell({ problem, tell: { ...tell, channel }, attempt: 2 });
  await expect(looked).rejects.toThrow('read was asked for');
});

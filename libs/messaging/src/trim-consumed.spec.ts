import { done } from './outcome.js';
import { eventually, publishNotes, Seen, startLine, type Line } from './start-line.spec-support.js';
import { CONSUMERS, STREAMS } from './streams.js';
import { tooMany, trimConsumed } from './trim-consumed.js';

const NORMAL = 'gomon.observed.v1.normal.grafana';
const DAY_MS = 24 * 60 * 60_000;
const stream = STREAMS.observations.name;

let line: Line;
beforeEach(async () => {
  line = await startLine();
});
afterEach(() => line.close());

const stateOf = async () => (await (await line.nats.jetstreamManager()).streams.info(stream)).state;

/** Publishes notes, and has them consumed. */
async function consumed(count: number): Promise<void> {
  const seen = new Seen<string>();
  await line.serve(CONSUMERS.correlatorNormal, ({ event }) => {
    seen.add(event.note);
    return Promise.resolve(done);
  });
  await publishNotes(
    line,
    NORMAL,
    Array.from({ length: count }, (_, index) => `note-${index} ${'x'.repeat(1_000)}`),
  );
  await seen.count(count);
  const manager = await line.nats.jetstreamManager();
  await eventually(async () => {
    const info = await manager.consumers.info(stream, CONSUMERS.correlatorNormal.name);
    return info.num_ack_pending === 0 && info.num_pending === 0;
  });
}

describe('what is consumed', () => {
  it('stays for as long as was asked for', async () => {
    await consumed(20);
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
    await trimConsumed(line.nats, { now: inDays(1.9), keptMs: 2 * DAY_MS });
    expect((await stateOf()).messages).toBe(20);
    expect(await trimConsumed(line.nats, { now: inDays(2.1), keptMs: 2 * DAY_MS })).toContainEqual({
      stream,
      deleted: 20,
    });
    expect((await stateOf()).messages).toBe(0);
  });

  it('goes earlier, the oldest first, where it takes more than half of the stream', async () => {
    await consumed(40);
    const manager = await line.nats.jetstreamManager();
    const { bytes } = await stateOf();
    await manager.streams.update(stream, { max_bytes: bytes });
    await trimConsumed(line.nats, { keptMs: DAY_MS });
    const after = await stateOf();
    expect(after.bytes).toBeLessThanOrEqual(bytes / 2);
    expect(after.messages).toBeGreaterThanOrEqual(18);
    expect(after.last_seq).toBe(40);
  });
});

it('what is not consumed stays, however full the stream is', async () => {
  await publishNotes(line, NORMAL, ['a', 'b', 'c']);
  const manager = await line.nats.jetstreamManager();
  await manager.streams.update(stream, { max_bytes: (await stateOf()).bytes });
  await trimConsumed(line.nats, { now: new Date(Date.now() + 30 * DAY_MS), keptMs: DAY_MS });
  expect((await stateOf()).messages).toBe(3);
});

it.each([
  [{ bytes: 500, messages: 10 }, 1_000, 0],
  [{ bytes: 501, messages: 10 }, 1_000, 1],
  [{ bytes: 1_000, messages: 10 }, 1_000, 5],
  [{ bytes: 1_000, messages: 10 }, -1, 0],
  [{ bytes: 0, messages: 0 }, 1_000, 0],
])('of %j in at most %d bytes so many are too many: %d', (state, maxBytes, expected) => {
  expect(tooMany(state, maxBytes)).toBe(expected);
});

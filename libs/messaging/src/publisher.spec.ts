import { startTcpProxy } from '@gomon/testing';
import { Nats } from './nats.js';
import { done } from './outcome.js';
import { PublishError } from './publish-error.js';
import { Publisher } from './publisher.js';
import { publishNotes, recordingLog, Seen, startLine, type Line } from './start-line.spec-support.js';
import { CONSUMERS, STREAMS } from './streams.js';

const NORMAL = 'gomon.observed.v1.normal.grafana';

describe('publishing', () => {
  let line: Line;
  beforeEach(async () => {
    line = await startLine();
  });
  afterEach(async () => {
    await line.close();
  });

  const publish = (id: string, more: object = {}) =>
    line.publisher.publish({ subject: NORMAL, id, event: { note: id }, ...more });
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );
  const stored = async () => {
    const manager = await line.nats.jetstreamManager();
    return (await manager.streams.info(STREAMS.observations.name)).state.messages;
  };

  it('tells where a message is stored', async () => {
    expect(await publish('a')).toEqual({ stream: 'OBSERVATIONS', seq: 1, duplicate: false });
    expect(await publish('b')).toEqual({ stream: 'OBSERVATIONS', seq: 2, duplicate: false });
  });

  it('stores the same id once, and two different ids with the same content twice', async () => {
    await publish('a', { event: { note: 'same' } });
    expect(await publish('a', { event: { note: 'same' } })).toEqual({
      stream: 'OBSERVATIONS',
      seq: 1,
      duplicate: true,
    });
    expect((await publish('b', { event: { note: 'same' } })).duplicate).toBe(false);
    expect(await stored()).toBe(2);
  });

  it('delivers the same id twice once the stream has forgotten it, so that handlers have to be idempotent', async () => {
    const seen = new Seen<string>();
    await line.serve(CONSUMERS.correlatorNormal, ({ event }) => {
      seen.add(event.note);
      return Promise.resolve(done);
    });
    await publish('a');
    await seen.count(1);
    const manager = await line.nats.jetstreamManager();
    // What a full window or a lost index would do: the message is gone, and so is the memory of its id.
    await manager.streams.delete(STREAMS.observations.name);
    let again: { duplicate: boolean } | undefined;
    while (again === undefined) again = await publish('a').catch(() => undefined);
    expect(again.duplicate).toBe(false);
    expect(await seen.count(2)).toEqual(['a', 'a']);
  });

  it('refuses at once what is too large for the server', async () => {
    const error = await failure(publish('big', { event: { note: 'x'.repeat(1024 * 1024) } }));
    expect(error).toBeInstanceOf(PublishError);
    expect(error).toMatchObject({ reason: 'too-large', retryable: false });
    expect(await stored()).toBe(0);
  });

  it('says that a full stream refuses, and that trying later helps', async () => {
    const manager = await line.nats.jetstreamManager();
    const { config } = await manager.streams.info(STREAMS.observations.name);
    await manager.streams.update(STREAMS.observations.name, { ...config, max_bytes: 2_000 });
    const errors = [];
    for (let index = 0; index < 5; index++) {
      errors.push(await failure(publish(`fill-${index}`, { event: { note: 'x'.repeat(900) } })));
    }
    expect(errors[0]).toBeUndefined();
    expect(errors.at(-1)).toMatchObject({ reason: 'refused', retryable: true });
    expect(await stored()).toBeGreaterThan(0);
  });

  it('says that a stream which is not there gives no answer', async () => {
    expect(await failure(line.publisher.publish({ subject: 'elsewhere', id: 'x', event: {} }))).toMatchObject(
      {
        reason: 'no-answer',
        retryable: true,
      },
    );
  });

  it('fails within its time while the server is away, and what failed is not sent later', async () => {
    await line.server.kill('SIGKILL');
    const began = Date.now();
    const errors = await Promise.all(['a', 'b', 'c'].map((id) => failure(publish(id, { timeoutMs: 500 }))));
    expect(Date.now() - began).toBeLessThan(5_000);
    for (const error of errors) expect(error).toMatchObject({ reason: 'no-answer', retryable: true });
    await line.server.restart();
    await line.nats.whenConnected();
    await publishNotes(line, NORMAL, ['d']);
    expect(await stored()).toBe(1);
  });

  it('waits out a short interruption within its time', async () => {
    await line.server.kill('SIGKILL');
    const publishing = publish('patient', { timeoutMs: 20_000 });
    await line.server.restart();
    expect(await publishing).toMatchObject({ stream: 'OBSERVATIONS' });
  });

  it('sends again what a dying connection has swallowed', async () => {
    await line.server.pause();
    const publishing = publish('swallowed', { timeoutMs: 20_000 });
    await line.server.kill('SIGKILL');
    await line.server.restart();
    expect(await publishing).toMatchObject({ stream: 'OBSERVATIONS' });
    expect(await stored()).toBe(1);
  });

  it('lets only so many messages be on their way at once, and the others wait', async () => {
    const narrow = new Publisher(line.nats, { maxInFlight: 2 });
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        narrow.publish({ subject: NORMAL, id: `n-${index}`, event: {}, timeoutMs: 20_000 }),
      ),
    );
    expect(new Set(all.map(({ seq }) => seq)).size).toBe(200);
  });

  it('says that it is overloaded when a slot does not become free in time', async () => {
    const proxy = await startTcpProxy({ target: `127.0.0.1:${line.server.port}` });
    const { log } = recordingLog();
    const nats = await Nats.connect({ url: `nats://127.0.0.1:${proxy.port}`, name: 'slow', log });
    const narrow = new Publisher(nats, { maxInFlight: 1 });
    await line.server.pause();
    const first = failure(narrow.publish({ subject: NORMAL, id: 'first', event: {}, timeoutMs: 1_000 }));
    const second = failure(narrow.publish({ subject: NORMAL, id: 'second', event: {}, timeoutMs: 300 }));
    expect(await second).toMatchObject({ reason: 'overloaded', retryable: true });
    expect(await first).toMatchObject({ reason: 'no-answer' });
    line.server.resume();
    await nats.drain();
    await proxy.stop();
  });
});

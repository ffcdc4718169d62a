import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { NestFactory } from '@nestjs/core';
import type { JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { DeadLetters } from './dead-letters.js';
import type { Delivery } from './delivery.js';
import { again, done, never } from './outcome.js';
import {
  eventually,
  noteSchema,
  publishNotes,
  recordingLog,
  Seen,
  startLine,
  type Line,
  type Note,
} from './start-line.spec-support.js';
import { CONSUMERS, STREAMS } from './streams.js';
import { HandlerWiringError, JetStreamTransport } from './transport.js';

const NORMAL = 'gomon.observed.v1.normal.grafana';
const URGENT = 'gomon.observed.v1.urgent.grafana';
const QUICK_RETRY = { baseMs: 20, factor: 1, capMs: 20 };

describe('handlers of a stream', () => {
  let line: Line;
  beforeEach(async () => {
    line = await startLine();
  });
  afterEach(async () => {
    await line.close();
  });

  const consumerInfo = async () => {
    const manager = await line.nats.jetstreamManager();
    return manager.consumers.info(STREAMS.observations.name, CONSUMERS.correlatorNormal.name);
  };
  const pending = async () => {
    const info = await consumerInfo();
    return info.num_pending + info.num_ack_pending;
  };
  const isSettled = async () => (await pending()) === 0;
  const deadLetters = () => new DeadLetters(line.nats, line.publisher).list({ limit: 100 });

  it('get each message with its place, time, headers and trace context, and acknowledge it by answering done', async () => {
    const seen = new Seen<Delivery<Note>>();
    await line.serve(CONSUMERS.correlatorNormal, (delivery) => {
      seen.add(delivery);
      return Promise.resolve(done);
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const stored = await line.publisher.publish({
      subject: NORMAL,
      id: 'one',
      event: { note: 'hello', traceparent },
      headers: { 'Gomon-Observations': '3' },
    });
    const [delivery] = await seen.count(1);
    expect(delivery).toMatchObject({
      event: { note: 'hello' },
      subject: NORMAL,
      seq: stored.seq,
      attempt: 1,
      headers: { 'Gomon-Observations': '3', traceparent },
      traceparent,
    });
    expect(Math.abs(Date.now() - (delivery?.publishedAt.getTime() ?? 0))).toBeLessThan(60_000);
    await eventually(isSettled);
  });

  it('get batches of what is there, bounded by count and by bytes', async () => {
    await publishNotes(
      line,
      NORMAL,
      Array.from({ length: 10 }, (_, index) => `note-${index}`),
    );
    const batches = new Seen<number>();
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      (deliveries) => {
        batches.add(deliveries.length);
        return Promise.resolve(done);
      },
      { batch: { max: 4, waitMs: 0, maxBytes: 1_000_000 } },
    );
    await batches.until((all) => all.reduce((sum, size) => sum + size, 0) === 10);
    expect(Math.max(...batches.all)).toBeLessThanOrEqual(4);
    expect(batches.all.length).toBeLessThan(10);
    await eventually(isSettled);
  });

  it('get a batch that is not full once the time they asked for is over', async () => {
    const batches = new Seen<number>();
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      (deliveries) => {
        batches.add(deliveries.length);
        return Promise.resolve(done);
      },
      { batch: { max: 100, waitMs: 300 } },
    );
    await publishNotes(line, NORMAL, ['a', 'b', 'c']);
    await batches.count(1);
    expect(batches.all).toEqual([3]);
  });

  it('never get a batch above the bytes they asked for, except of one message', async () => {
    await publishNotes(line, NORMAL, ['x'.repeat(500), 'y'.repeat(500), 'z'.repeat(500)]);
    const batches = new Seen<number>();
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      (deliveries) => {
        batches.add(deliveries.length);
        return Promise.resolve(done);
      },
      { batch: { max: 100, waitMs: 50, maxBytes: 400 } },
    );
    await batches.count(3);
    expect(batches.all).toEqual([1, 1, 1]);
  });

  it('are given a storm of large messages a few at a time, however small those before it were', async () => {
    const storm = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(50_000)}`);
    const seen = new Seen<string>();
    const handling = Promise.withResolvers<undefined>();
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      async (deliveries) => {
        for (const { event } of deliveries) seen.add(event.note);
        if (seen.all.length > 1) await handling.promise;
        return done;
      },
      { batch: { max: 256, waitMs: 0, maxBytes: 200_000 } },
    );
    await publishNotes(line, NORMAL, ['small']);
    await eventually(isSettled);
    await publishNotes(line, NORMAL, storm);
    await seen.until((all) => all.length > 1);
    // What stood open when the storm began, less the small one.
    await eventually(async () => (await consumerInfo()).num_ack_pending >= 7);
    expect((await consumerInfo()).num_ack_pending).toBeLessThanOrEqual(8);
    handling.resolve(undefined);
    await seen.count(1 + storm.length);
    await eventually(isSettled);
  });

  it('get a message again as often as they ask for, and it never becomes a dead letter', async () => {
    const attempts = new Seen<number>();
    await line.serve(
      CONSUMERS.correlatorNormal,
      (delivery) => {
        const { attempt } = delivery;
        attempts.add(attempt);
        return Promise.resolve(attempt < 12 ? again(5, 'Slack is down') : done);
      },
      {},
      { policy: { maxUnfinished: 3, maxFailures: 2 } },
    );
    await publishNotes(line, NORMAL, ['patient']);
    await attempts.until((all) => all.includes(12));
    await eventually(isSettled);
    expect(await deadLetters()).toEqual([]);
  });

  it('answer for each message of a batch on its own', async () => {
    const seen = new Seen<string>();
    await publishNotes(line, NORMAL, ['good', 'later', 'bad']);
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      (deliveries) => {
        return Promise.resolve(
          deliveries.map(({ event, attempt }) => {
            seen.add(`${event.note} ${attempt}`);
            if (event.note === 'bad') return never('nobody can read this');
            return event.note === 'later' && attempt === 1 ? again(10, 'not yet') : done;
          }),
        );
      },
      { batch: { max: 10, waitMs: 20 } },
    );
    await seen.until((all) => all.includes('later 2'));
    await eventually(isSettled);
    expect(seen.all.filter((entry) => entry.startsWith('good'))).toEqual(['good 1']);
    expect((await deadLetters()).map(({ letter }) => letter.reason)).toEqual(['nobody can read this']);
  });

  it('that fail for a batch get its messages one by one, so that only the culprit becomes a dead letter', async () => {
    const alone = new Seen<string>();
    await publishNotes(line, NORMAL, ['a', 'b', 'poison', 'c']);
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      (deliveries) => {
        const notes = deliveries.map(({ event }) => event.note);
        if (notes.includes('poison')) return Promise.reject(new Error('cannot digest poison'));
        if (notes.length === 1) alone.add(notes[0] ?? '');
        return Promise.resolve(done);
      },
      { batch: { max: 10, waitMs: 50 } },
      { policy: { maxFailures: 3, retry: QUICK_RETRY } },
    );
    await eventually(isSettled);
    expect([...alone.all].sort()).toEqual(['a', 'b', 'c']);
    const letters = await deadLetters();
    expect(letters).toHaveLength(1);
    expect(letters[0]?.letter).toMatchObject({
      reason: 'its handler failed 3 times: cannot digest poison',
      subject: NORMAL,
      origin: { kind: 'message', stream: 'OBSERVATIONS', seq: 3, consumer: 'correlator-normal', attempts: 3 },
      payload: { encoding: 'utf8', text: '{"note":"poison"}', cut: false },
    });
  });

  it('that hang lose the message to the dead letters while others are handled, and a replay is handled', async () => {
    const handled = new Seen<string>();
    let isHanging = true;
    await line.serve(
      CONSUMERS.correlatorNormal,
      async (delivery) => {
        const { event } = delivery;
        if (event.note === 'hang' && isHanging) await new Promise(() => {});
        handled.add(event.note);
        return done;
      },
      { concurrency: 2 },
      { policy: { handlerTimeoutMs: 150, maxFailures: 3, retry: QUICK_RETRY } },
    );
    await publishNotes(line, NORMAL, ['hang']);
    const others = Array.from({ length: 10 }, (_, index) => `other-${index}`);
    await publishNotes(line, NORMAL, others);
    await handled.count(10);
    expect([...handled.all].sort()).toEqual([...others].sort());
    await eventually(isSettled);
    const [dead] = await deadLetters();
    expect(dead?.letter.reason).toBe(
      'its handler failed 3 times: HandlerTimeoutError: the handler gave no answer within 0.15 s',
    );
    isHanging = false;
    await new DeadLetters(line.nats, line.publisher).replay(dead?.seq ?? 0);
    await handled.until((all) => all.includes('hang'));
    expect(await deadLetters()).toEqual([]);
  });

  it('never see what is empty, no JSON, headers only or of another shape: it goes to the dead letters and the rest flows', async () => {
    const handled = new Seen<string>();
    await line.serve(
      CONSUMERS.correlatorNormal,
      (delivery) => {
        handled.add(delivery.event.note);
        return Promise.resolve(done);
      },
      {},
    );
    const bad = ['', 'not json', '[]', '{"note":7}', '\u0000'].map((text) => Buffer.from(text));
    bad.push(Buffer.from([0xff, 0xfe, 0xfd]), Buffer.from('['.repeat(100_000)));
    for (const [index, body] of bad.entries()) {
      await line.publisher.publish({ subject: NORMAL, id: `bad-${index}`, body });
    }
    await line.publisher.publish({
      subject: NORMAL,
      id: 'headers',
      body: new Uint8Array(),
      headers: { Hello: 'there' },
    });
    await publishNotes(line, NORMAL, ['good']);
    await handled.count(1);
    await eventually(isSettled);
    const letters = await deadLetters();
    expect(letters).toHaveLength(bad.length + 1);
    expect(letters.filter(({ letter }) => letter.reason === 'the message is empty')).toHaveLength(2);
    expect(letters.some(({ letter }) => letter.headers['Hello'] === 'there')).toBe(true);
    expect(letters.some(({ letter }) => letter.reason.includes('note: '))).toBe(true);
    expect(handled.all).toEqual(['good']);
  });

  it('that are slower than the acknowledgement wait get the message once, because it is kept alive', async () => {
    const consumer = { ...CONSUMERS.correlatorNormal, ackWaitMs: 1_000 };
    const manager = await line.nats.jetstreamManager();
    await manager.consumers.update(consumer.stream.name, consumer.name, { ack_wait: nanos(1_000) });
    const handled = new Seen<number>();
    await line.serve(
      consumer,
      async (delivery) => {
        const { attempt } = delivery;
        // Slow on purpose: what is shown is that the server waits longer than its limit.
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        handled.add(attempt);
        return done;
      },
      { concurrency: 1 },
    );
    await publishNotes(line, NORMAL, ['slow', 'waiting']);
    await handled.count(2);
    await eventually(isSettled);
    expect(handled.all).toEqual([1, 1]);
  });

  it('of urgent messages do not wait for a busy handler of normal ones', async () => {
    const urgent = new Seen<string>();
    let finish = () => {};
    const busy = new Promise<void>((resolve) => (finish = resolve));
    await line.serve(CONSUMERS.correlatorNormal, async () => {
      await busy;
      return done;
    });
    await line.serve(CONSUMERS.correlatorUrgent, (delivery) => {
      urgent.add(delivery.event.note);
      return Promise.resolve(done);
    });
    await publishNotes(line, NORMAL, ['storm-1', 'storm-2', 'storm-3']);
    await publishNotes(line, URGENT, ['fire']);
    expect(await urgent.count(1)).toEqual(['fire']);
    finish();
    await eventually(isSettled);
  });

  it('that ask for a pause get nothing more until it is over', async () => {
    const seen = new Seen<{ readonly note: string; readonly at: number }>();
    await line.serve(
      CONSUMERS.correlatorNormal,
      (delivery) => {
        const { event, attempt } = delivery;
        seen.add({ note: event.note, at: Date.now() });
        const isFirst = seen.all.length === 1;
        return Promise.resolve(
          isFirst && attempt === 1 ? again(50, 'circuit open', { pauseMs: 1_000 }) : done,
        );
      },
      { concurrency: 1 },
    );
    await publishNotes(line, NORMAL, ['a', 'b', 'c', 'd']);
    await seen.count(5);
    const [first, ...rest] = seen.all;
    expect(rest.every(({ at }) => at - (first?.at ?? 0) >= 900)).toBe(true);
    await eventually(isSettled);
  });

  it('give back what they have not begun at shutdown, and finish what they have', async () => {
    const begun = new Seen<string>();
    const finished: string[] = [];
    let finish = () => {};
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const first = await line.serve(
      CONSUMERS.correlatorNormal,
      async (delivery) => {
        const { note } = delivery.event;
        begun.add(note);
        await gate;
        finished.push(note);
        return done;
      },
      { concurrency: 1 },
    );
    await publishNotes(line, NORMAL, ['a', 'b', 'c']);
    await begun.count(1);
    const closing = first.close();
    finish();
    await closing;
    expect(finished).toHaveLength(1);
    const second = new Seen<string>();
    await line.serve(CONSUMERS.correlatorNormal, (delivery) => {
      second.add(delivery.event.note);
      return Promise.resolve(done);
    });
    await second.count(2);
    expect([...finished, ...second.all].sort()).toEqual(['a', 'b', 'c']);
  });

  describe('and processes that die of a message', () => {
    /** Delivers all pending messages once to somebody who never answers, as a process would that is killed. */
    const deliverAndDie = async (): Promise<JsMsg | null> => {
      const consumer = await line.nats.jetstream.consumers.get('OBSERVATIONS', 'correlator-normal');
      const message = await consumer.next({ expires: 2_000 });
      message?.nak();
      return message;
    };

    it('end with the message in the dead letters when it was begun again and again and never finished', async () => {
      await publishNotes(line, NORMAL, ['deadly']);
      for (let count = 0; count < 4; count++) await deliverAndDie();
      const bucketKey = await keyOfOnlyMessage(line);
      const { Unfinished } = await import('./unfinished.js');
      const unfinished = new Unfinished(line.nats);
      for (let count = 0; count < 3; count++) expect(await unfinished.begin(bucketKey)).toBe(true);
      const handled = new Seen<string>();
      await line.serve(
        CONSUMERS.correlatorNormal,
        (delivery) => {
          handled.add(delivery.event.note);
          return Promise.resolve(done);
        },
        {},
        { policy: { maxUnfinished: 3 } },
      );
      await eventually(isSettled);
      expect(handled.all).toEqual([]);
      expect((await deadLetters())[0]?.letter.reason).toMatch(
        /^delivered \d+ times, and no handler ever finished$/,
      );
    });

    it('do not cost a message that was only put off very often', async () => {
      await publishNotes(line, NORMAL, ['put off']);
      for (let count = 0; count < 30; count++) await deliverAndDie();
      const handled = new Seen<string>();
      await line.serve(CONSUMERS.correlatorNormal, (delivery) => {
        handled.add(delivery.event.note);
        return Promise.resolve(done);
      });
      expect(await handled.count(1)).toEqual(['put off']);
      await eventually(isSettled);
      expect(await deadLetters()).toEqual([]);
    });
  });

  it('lose nothing when somebody limits the deliveries by hand and they run out by acknowledgement timeouts', async () => {
    const manager = await line.nats.jetstreamManager();
    await manager.consumers.update('OBSERVATIONS', 'correlator-normal', {
      max_deliver: 2,
      ack_wait: nanos(200),
    });
    await line.serve(CONSUMERS.correlatorUrgent, () => Promise.resolve(done));
    const { log } = recordingLog();
    const { watchExhaustedDeliveries } = await import('./exhausted-deliveries.js');
    const stop = watchExhaustedDeliveries({ ...line, consumer: CONSUMERS.correlatorNormal, log });
    await publishNotes(line, NORMAL, ['unlucky']);
    const consumer = await line.nats.jetstream.consumers.get('OBSERVATIONS', 'correlator-normal');
    await consumer.next({ expires: 2_000 });
    await consumer.next({ expires: 2_000 });
    const pull = consumer.next({ expires: 5_000 });
    await eventually(async () => (await deadLetters()).length === 1);
    stop();
    const [dead] = await deadLetters();
    expect(dead?.letter).toMatchObject({
      origin: { consumer: 'correlator-normal', attempts: 2 },
      payload: { text: '{"note":"unlucky"}' },
    });
    expect(dead?.letter.reason).toContain('deliveries were used up');
    await pull;
  });
});

describe('at start', () => {
  const wiring = async (patterns: readonly string[]) => {
    @Controller()
    class First {
      @EventPattern<string>(patterns[0] ?? 'nothing')
      handle() {
        return done;
      }
    }
    @Controller()
    class Second {
      @EventPattern<string>(patterns[1] ?? 'nothing-else')
      handle() {
        return done;
      }
    }
    const line = await startLine();
    const { log } = recordingLog();
    const strategy = new JetStreamTransport({
      ...line,
      log,
      consumes: [{ consumer: CONSUMERS.slackOpenedUrgent, schema: noteSchema }],
    });
    const service = await NestFactory.createMicroservice(
      { module: class SpecModule {}, controllers: [First, Second] },
      { strategy, logger: false },
    );
    try {
      await service.listen();
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await service.close();
      await line.close();
    }
  };

  it('a declared consumer without a handler is refused by name', async () => {
    const error = await wiring([]);
    expect(error).toBeInstanceOf(HandlerWiringError);
    expect(String(error)).toContain('slack-opened-urgent has no handler');
  });

  it('a declared consumer with two handlers is refused by name', async () => {
    expect(String(await wiring(['slack-opened-urgent', 'slack-opened-urgent']))).toContain(
      'slack-opened-urgent has more than one handler',
    );
  });

  it('a handler of a consumer that the service does not declare is refused by name', async () => {
    expect(String(await wiring(['slack-opened-urgent', 'slack-opened-normal']))).toContain(
      'slack-opened-normal has a handler, but the service does not declare to consume it',
    );
  });

  it('one handler for each declared consumer is fine', async () => {
    expect(await wiring(['slack-opened-urgent'])).toBeUndefined();
  });
});

async function keyOfOnlyMessage(line: Line): Promise<string> {
  const consumer = await line.nats.jetstream.consumers.get('OBSERVATIONS', 'correlator-normal');
  const message = await consumer.next({ expires: 2_000 });
  message?.nak();
  return `OBSERVATIONS.correlator-normal.${message?.seq}.${message?.info.timestampNanos}`;
}

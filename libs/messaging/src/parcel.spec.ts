import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '@gomon/contracts';
import { DeadLetters } from './dead-letters.js';
import { again, done, never } from './outcome.js';
import { eventually, Seen, startLine, type Line } from './start-line.spec-support.js';
import { CONSUMERS, STREAMS } from './streams.js';

const NORMAL = 'gomon.observed.v1.normal.grafana';

describe('the events of one message', () => {
  let line: Line;
  beforeEach(async () => {
    line = await startLine();
  });
  afterEach(() => line.close());

  const publish = (events: readonly unknown[], headers: Readonly<Record<string, string>> = {}) =>
    line.publisher.publish({ subject: NORMAL, id: 'several', event: events, headers });
  const notes = (...all: readonly string[]) => all.map((note) => ({ note }));
  const isSettled = async () => {
    const manager = await line.nats.jetstreamManager();
    const info = await manager.consumers.info(STREAMS.observations.name, CONSUMERS.correlatorNormal.name);
    return info.num_pending + info.num_ack_pending === 0;
  };
  const deadLetters = () => new DeadLetters(line.nats, line.publisher).list({ limit: 100 });

  it('are handled one by one, and the message is settled after the last of them', async () => {
    const seen = new Seen<string>();
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await publish(notes('a', 'b', 'c'));
    await line.serve(CONSUMERS.correlatorNormal, async ({ event, place }) => {
      seen.add(`${event.note} ${place?.index} of ${place?.of}`);
      if (event.note === 'c') await released;
      return done;
    });
    await seen.count(3);
    expect(await isSettled()).toBe(false);
    release();
    await eventually(isSettled);
    expect(seen.all).toEqual(['a 0 of 3', 'b 1 of 3', 'c 2 of 3']);
  });

  it('come into one batch, each with an outcome of its own', async () => {
    const batches = new Seen<readonly string[]>();
    await publish(notes('a', 'b', 'c'));
    await line.serveBatches(
      CONSUMERS.correlatorNormal,
      (deliveries) => {
        batches.add(deliveries.map(({ event }) => event.note));
        return Promise.resolve(
          deliveries.map(({ event, attempt }) =>
            event.note === 'b' && attempt === 1 ? again(5, 'not yet') : done,
          ),
        );
      },
      { batch: { max: 10, waitMs: 0 } },
    );
    await batches.count(2);
    await eventually(isSettled);
    expect(batches.all).toEqual([['a', 'b', 'c'], ['b']]);
  });

  it('come again only where they ask for it, as often as they do', async () => {
    const seen = new Seen<string>();
    await publish(notes('ready', 'patient', 'slow'));
    await line.serve(CONSUMERS.correlatorNormal, ({ event, attempt }) => {
      seen.add(`${event.note} ${attempt}`);
      const deliveries = { ready: 1, patient: 2, slow: 4 }[event.note] ?? 0;
      return Promise.resolve(attempt < deliveries ? again(5, 'Slack is slow') : done);
    });
    await seen.until((all) => all.includes('slow 4'));
    await eventually(isSettled);
    expect([...seen.all].sort()).toEqual([
      'patient 1',
      'patient 2',
      'ready 1',
      'slow 1',
      'slow 2',
      'slow 3',
      'slow 4',
    ]);
  });

  it('become dead letters alone: what nobody can read, and what a handler fails for', async () => {
    const seen = new Seen<string>();
    let isBroken = true;
    const counts = { [OBSERVATIONS_HEADER]: '9', [REPORTS_HEADER]: '4' };
    await publish([...notes('good', 'refused', 'failing'), { note: 7 }], { ...counts, Hello: 'there' });
    await line.serve(
      CONSUMERS.correlatorNormal,
      ({ event }) => {
        seen.add(event.note);
        if (event.note === 'refused') return Promise.resolve(never('nobody wants it'));
        if (event.note === 'failing' && isBroken) return Promise.reject(new Error('cannot digest it'));
        return Promise.resolve(done);
      },
      {},
      { policy: { maxFailures: 2, retry: { baseMs: 5, factor: 1, capMs: 5 } } },
    );
    await eventually(isSettled);
    const letters = await deadLetters();
    expect(letters.map(({ letter }) => letter.payload.text).sort()).toEqual([
      '{"note":"failing"}',
      '{"note":"refused"}',
      '{"note":7}',
    ]);
    expect(letters.map(({ letter }) => letter.origin)).toEqual(
      expect.arrayContaining(
        [1, 2, 3].map((index): unknown => expect.objectContaining({ place: { index, of: 4 } })),
      ),
    );
    // What counts the whole message is not true of one event, nor of its replay.
    for (const { letter } of letters) {
      expect(letter.headers).toMatchObject({ Hello: 'there' });
      expect(Object.keys(letter.headers)).not.toEqual(expect.arrayContaining([OBSERVATIONS_HEADER]));
      expect(Object.keys(letter.headers)).not.toEqual(expect.arrayContaining([REPORTS_HEADER]));
    }
    expect(seen.all.filter((note) => note === 'good')).toHaveLength(1);
    isBroken = false;
    const failing = letters.find(({ letter }) => letter.payload.text.includes('failing'));
    await new DeadLetters(line.nats, line.publisher).replay(failing?.seq ?? 0);
    await seen.until((all) => all.filter((note) => note === 'failing').length === 3);
    await eventually(isSettled);
    expect(await deadLetters()).toHaveLength(2);
  });

  it('that are too many are one dead letter', async () => {
    await publish(Array.from({ length: 1_001 }, () => 0));
    await line.serve(CONSUMERS.correlatorNormal, () => Promise.resolve(done));
    await eventually(isSettled);
    expect((await deadLetters()).map(({ letter }) => letter.reason)).toEqual([
      'the message is a list of 1001 events',
    ]);
  });

  it('that were not begun at shutdown are handled by the next process', async () => {
    const first = new Seen<string>();
    const second = new Seen<string>();
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await publish(notes('a', 'b', 'c'));
    const service = await line.serve(CONSUMERS.correlatorNormal, async ({ event }) => {
      first.add(event.note);
      await released;
      return done;
    });
    await first.count(1);
    const closed = service.close();
    release();
    await closed;
    expect(first.all).toEqual(['a']);
    await line.serve(CONSUMERS.correlatorNormal, ({ event }) => {
      second.add(event.note);
      return Promise.resolve(done);
    });
    await second.until((all) => all.includes('b') && all.includes('c'));
    await eventually(isSettled);
  });
});

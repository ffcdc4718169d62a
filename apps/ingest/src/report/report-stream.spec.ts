import { OBSERVATIONS_HEADER, REPORTS_HEADER } from '@gomon/contracts';
import type { OutgoingMessage, Stored } from '@gomon/messaging';
import fc from 'fast-check';
import type { StreamMessage } from './report-messages.js';
import { ReportStream } from './report-stream.js';

type Sent = OutgoingMessage & { readonly body: Uint8Array };

/** A stream that acknowledges when it is told to. */
class ManualPublisher {
  readonly sent: Sent[] = [];
  /** How each was answered, in the order of `sent`. */
  readonly answers: string[] = [];
  private readonly open: { settle: (error?: Error) => void }[] = [];

  publish(message: OutgoingMessage): Promise<Stored> {
    if (!('body' in message)) throw new Error('ingest publishes bodies');
    this.sent.push(message);
    const seq = this.sent.length;
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        this.answers[seq - 1] = error?.message ?? 'stored';
        if (error === undefined) resolve({ stream: 'OBSERVATIONS', seq, duplicate: false });
        else reject(error);
      };
      this.open.push({ settle });
    });
  }

  get onTheirWay(): number {
    return this.open.length;
  }

  /** Answers the oldest, and lets all that follows from it happen. */
  async answer(error?: Error): Promise<void> {
    this.open.shift()?.settle(error);
    await new Promise(setImmediate);
  }
}

const SUBJECT = 'gomon.observed.v1.normal.grafana';

function report(id: string, { bytes = 20, observations = 1, subject = SUBJECT } = {}): StreamMessage {
  const body = Buffer.from(JSON.stringify({ id, padding: 'x'.repeat(bytes) }));
  const headers = { [OBSERVATIONS_HEADER]: String(observations), traceparent: `trace-${id}` };
  return { subject, id, headers, acceptedAt: '2026-03-01T09:00:00.000Z', body };
}

function idsIn({ body }: Sent): string[] {
  const json: unknown = JSON.parse(Buffer.from(body).toString());
  return (Array.isArray(json) ? json : [json]).map((each: { id: string }) => each.id);
}

function start() {
  const publisher = new ManualPublisher();
  const clock = { now: 0 };
  const stream = new ReportStream(publisher, () => clock.now);
  const outcomes = new Map<string, string>();
  const publish = (message: StreamMessage) => {
    void stream.publish(message).then(
      () => outcomes.set(message.id, 'stored'),
      (error: unknown) => outcomes.set(message.id, error instanceof Error ? error.message : 'no error'),
    );
  };
  return { publisher, publish, outcomes, clock, ids: () => publisher.sent.map(idsIn) };
}

it('a report that is alone is a message as it is, and waits for nothing', () => {
  const { publisher, publish } = start();
  const alone = report('a');
  publish(alone);
  expect(publisher.sent).toEqual([{ ...alone, timeoutMs: 1_000 }]);
});

it('what arrives while one is on its way shares the next message, which says how much it holds', async () => {
  const { publisher, publish, outcomes, ids } = start();
  publish(report('a'));
  publish(report('b', { observations: 3 }));
  publish(report('c', { observations: 4 }));
  expect(ids()).toEqual([['a']]);
  await publisher.answer();
  expect(ids()).toEqual([['a'], ['b', 'c']]);
  expect(publisher.sent[1]).toMatchObject({ subject: SUBJECT, id: 'b' });
  expect(publisher.sent[1]?.headers).toEqual({ [OBSERVATIONS_HEADER]: '7', [REPORTS_HEADER]: '2' });
  expect([...outcomes]).toEqual([['a', 'stored']]);
  await publisher.answer();
  expect([...outcomes.keys()]).toEqual(['a', 'b', 'c']);
});

it('the wait for its turn counts into the second that a report waits for the stream', async () => {
  const { publisher, publish, clock } = start();
  publish(report('a'));
  clock.now = 300;
  publish(report('b'));
  clock.now = 500;
  publish(report('c'));
  clock.now = 900;
  await publisher.answer();
  expect(publisher.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 400]);
});

it('subjects do not wait for each other, and what is no report goes at once and alone', () => {
  const { publish, ids } = start();
  publish(report('normal'));
  publish(report('urgent', { subject: 'gomon.observed.v1.urgent.grafana' }));
  const letter = { ...report('letter', { subject: 'gomon.dead.v1.OBSERVATIONS' }), headers: {} };
  publish(letter);
  publish({ ...letter, id: 'another' });
  expect(ids()).toEqual([['normal'], ['urgent'], ['letter'], ['letter']]);
});

it('a message is bounded by reports and by bytes', async () => {
  const { publisher, publish, ids } = start();
  const many = Array.from({ length: 70 }, (_, index) => `r${index}`);
  for (const id of ['first', ...many]) publish(report(id));
  const larger = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const id of larger) publish(report(id, { bytes: 15_000 }));
  while (publisher.onTheirWay > 0) await publisher.answer();
  expect(ids()).toEqual([
    ['first'],
    many.slice(0, 64),
    [...many.slice(64), ...larger.slice(0, 4)],
    larger.slice(4),
  ]);
});

it('a large report neither waits nor shares', async () => {
  const { publisher, publish, ids } = start();
  publish(report('a'));
  publish(report('b'));
  publish(report('large', { bytes: 17_000 }));
  expect(ids()).toEqual([['a'], ['large']]);
  await publisher.answer();
  expect(ids()).toEqual([['a'], ['large'], ['b']]);
});

it('when the stream does not take one, those that wait fail with it, and the next is tried anew', async () => {
  const { publisher, publish, outcomes, ids } = start();
  publish(report('a'));
  publish(report('b'));
  await publisher.answer(new Error('no answer'));
  expect([...outcomes]).toEqual([
    ['a', 'no answer'],
    ['b', 'no answer'],
  ]);
  publish(report('c'));
  await publisher.answer();
  expect(ids()).toEqual([['a'], ['c']]);
  expect(outcomes.get('c')).toBe('stored');
});

it('whatever comes and whatever fails: each report has one outcome, that of its one message, in its order', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('publish' as const), urgent: fc.boolean(), bytes: fc.nat(15_000) }),
    fc.record({ kind: fc.constant('answer' as const), fails: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { publisher, publish, outcomes, ids } = start();
      const wanted = new Map<string, string[]>();
      const all = new Set<string>();
      for (const [index, each] of steps.entries()) {
        if (each.kind === 'answer') {
          await publisher.answer(each.fails ? new Error('no') : undefined);
          continue;
        }
        const subject = each.urgent ? 'gomon.observed.v1.urgent.grafana' : SUBJECT;
        const id = `${subject} ${index}`;
        wanted.set(subject, [...(wanted.get(subject) ?? []), id]);
        all.add(id);
        publish(report(id, { subject, bytes: each.bytes }));
        expect(publisher.onTheirWay).toBeLessThanOrEqual(2);
      }
      while (publisher.onTheirWay > 0) await publisher.answer();
      expect(new Set(outcomes.keys())).toEqual(all);
      const sent = ids().flat();
      expect(new Set(sent).size).toBe(sent.length);
      for (const [subject, there] of wanted) {
        const sentHere = sent.filter((id) => id.startsWith(subject));
        expect(sentHere).toEqual(there.filter((id) => sentHere.includes(id)));
      }
      // What was not sent was told so; what was told to be stored was sent.
      for (const [id, outcome] of outcomes) if (outcome === 'stored') expect(sent).toContain(id);
      for (const [index, message] of publisher.sent.entries()) {
        for (const id of idsIn(message)) expect(outcomes.get(id)).toBe(publisher.answers[index]);
      }
    }),
    { numRuns: 300 },
  );
});

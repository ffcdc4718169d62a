import { Nats, Publisher, reconcileStreams } from '@gomon/messaging';
import { eventually, startNatsServer, type NatsServer } from '@gomon/testing';
import { register } from 'prom-client';
import { startTestDatabase, type TestDatabase } from '../database/test-database.spec-support.js';
import { Outbox } from './outbox.js';

let test: TestDatabase;
let server: NatsServer;
let nats: Nats;
let outbox: Outbox;

beforeAll(async () => {
  [test, server] = await Promise.all([startTestDatabase(), startNatsServer()]);
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  await reconcileStreams(nats);
  outbox = new Outbox(test.database, new Publisher(nats), () => undefined);
}, 60_000);
afterAll(async () => {
  await outbox.stop();
  await nats.drain();
  await server.stop();
  await test.stop();
});

async function counts() {
  const [pending, held] = await Promise.all(
    ['gomon_outbox_pending', 'gomon_outbox_held'].map(
      async (name) => (await register.getSingleMetric(name)?.get())?.values[0]?.value,
    ),
  );
  const { state } = await (await nats.jetstreamManager()).streams.info('FACTS');
  return { pending, held, published: state.messages };
}

it('what waits for its time is counted apart, and goes out with those who stop', async () => {
  const publishAt = new Date(Date.now() + 3_600_000).toISOString();
  const row = (id: string) => ({ id, subject: 'gomon.problem.v1.normal.changed', body: '{}' });
  await outbox.publishCommitted([
    row('now'),
    { ...row('held 1'), publishAt },
    { ...row('held 2'), publishAt },
  ]);
  await eventually('the one that may go out is out', async () => (await counts()).pending === 0);
  expect(await counts()).toEqual({ pending: 0, held: 2, published: 1 });
  await outbox.stop();
  expect(await counts()).toEqual({ pending: 0, held: 0, published: 3 });
});

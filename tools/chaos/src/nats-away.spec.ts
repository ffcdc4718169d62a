import { type NatsServer, RunningSystem, startNatsServer } from '@gomon/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { faultsIn, settle } from './chaos/outcome.js';
import { Senders } from './chaos/senders.js';

const AWAY_MS = 20_000;

let nats: NatsServer;
let system: RunningSystem;

beforeAll(async () => {
  nats = await startNatsServer();
  system = await RunningSystem.start({
    env: { NATS_URL: nats.url, SLACK_SIMULATOR_RATE_LIMITS: 'off', SLACK_PACE_PER_SECOND: '0' },
  });
}, 120_000);

afterAll(async () => {
  await system.stop();
  await nats.stop();
});

it('while nats-server is away for 20 s webhooks are accepted, and all of it is told when it is back', async () => {
  const senders = new Senders(system, 'away');
  await senders.fire(['before-1', 'before-2'], 'warning');
  await nats.kill();
  const away = pause(AWAY_MS);
  let isAway = true;
  void away.then(() => (isAway = false));
  for (let count = 1; isAway; count += 1) {
    await senders.fire([`away-${count}`], count % 3 === 0 ? 'critical' : 'warning');
    await pause(100);
  }
  expect(senders.deliveries.spooled).toBeGreaterThan(0);
  expect(senders.deliveries.refused).toBe(0);
  await nats.restart();
  await senders.resolve(['before-1']);
  await settle(system, 60_000);
  expect(await faultsIn(system, senders, 'away')).toEqual([]);
}, 180_000);

import { runChaos } from './chaos/chaos.js';

it('a short chaos of one seed ends with nothing missing', async () => {
  const outcome = await runChaos({ seed: 7, durationMs: 30_000, say: () => undefined });
  expect(outcome).toMatchObject({ ok: true, faults: [] });
  expect(outcome.harms).toBeGreaterThan(3);
  expect(outcome.deliveries.accepted).toBeGreaterThan(50);
  expect(outcome.workloads).toBeGreaterThan(3);
}, 400_000);

import { RunningSystem, type SystemPart } from '@gomon/testing';
import { faultsIn, settle } from './chaos/outcome.js';
import { UNPACED } from './system/unpaced.js';
import { Senders } from './chaos/senders.js';

const ALERTS = 2_000;
/** Few, from many senders at once: such reports share messages. */
const PER_WEBHOOK = 5;
const SENDERS = 12;

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start({ env: UNPACED });
}, 120_000);

afterAll(() => system.stop());

const parts: readonly SystemPart[] = [
  'ingest',
  'correlator',
  'slack-gateway',
  'incident-sync',
  'api-gateway',
  'nats',
  'postgres',
];

describe.each(parts)('kill -9 of %s in the middle of 2,000 alerts', (part) => {
  it('loses nothing that was accepted, doubles nothing, and shows each problem once in its last state', async () => {
    const run = `kill-${part}`;
    const senders = new Senders(system, run);
    const webhooks = Array.from({ length: ALERTS / PER_WEBHOOK }, (_, webhook) =>
      Array.from({ length: PER_WEBHOOK }, (_, index) => `${run}-${webhook * PER_WEBHOOK + index}`),
    );
    let next = 0;
    let killed: Promise<void> | undefined;
    const send = async (): Promise<void> => {
      for (let names = webhooks[next++]; names !== undefined; names = webhooks[next++]) {
        const webhook = next;
        await senders.fire(names, webhook % 10 === 1 ? 'critical' : 'warning');
        if (next > webhooks.length / 2)
          killed ??= system.kill(part).then((pid) => system.untilBack(part, pid));
        if (webhook % 4 === 0) await senders.resolve(names);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, send));
    await killed;
    await settle(system, 120_000);
    expect(await faultsIn(system, senders, run)).toEqual([]);
    expect(senders.expected.size).toBe(ALERTS);
  }, 240_000);
});

import { startOpsgenieSimulator, type OpsgenieSimulator } from '@gomon/testing';
import { OpsgenieClient } from './opsgenie-client.js';

let opsgenie: OpsgenieSimulator;
let client: OpsgenieClient;
let now: number;

beforeEach(async () => {
  opsgenie = await startOpsgenieSimulator({ apiKey: 'key', rateLimits: false });
  now = Date.now();
  client = new OpsgenieClient(
    { apiKey: 'key', apiUrl: opsgenie.url, timeoutMs: 5_000, log: () => undefined },
    () => 0.5,
    () => now,
  );
});
afterEach(async () => {
  client.close();
  await opsgenie.stop();
});

it('a limit holds every call back until it is over', async () => {
  opsgenie.faults.add({ kind: '429' });
  const limited = await client.statusOf('a');
  expect(limited).toMatchObject({ kind: 'wait', isForAll: false });
  const ms = limited.kind === 'wait' ? limited.ms : 0;
  now += ms - 1;
  expect(await client.findByTag('b')).toEqual({ ...limited, ms: 1 });
  expect(opsgenie.received).toHaveLength(1);
  now += 1;
  expect(await client.statusOf('a')).toEqual({ kind: 'ok', value: undefined });
  expect(opsgenie.received).toHaveLength(2);
});

import { startOpsgenieSimulator, type OpsgenieSimulator } from '@gomon/testing';
import { register } from 'prom-client';
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

it('what the SDK cannot is sent by PUT, counted, and held back with all else', async () => {
  await client.setMessage('a/b c', 'Down');
  await client.setPriority('a/b c', 'P1');
  expect(opsgenie.received).toMatchObject([
    { method: 'PUT', path: '/v1/incidents/a%2Fb%20c/message', body: '{"message":"Down"}', status: 202 },
    { method: 'PUT', path: '/v1/incidents/a%2Fb%20c/priority', body: '{"priority":"P1"}', status: 202 },
  ]);
  const counted = await register.getSingleMetricAsString('gomon_opsgenie_calls_total');
  expect(counted).toContain('gomon_opsgenie_calls_total{call="message",outcome="ok"} 1');
  expect(counted).toContain('gomon_opsgenie_calls_total{call="priority",outcome="ok"} 1');
  opsgenie.faults.add({ kind: '429' });
  const limited = await client.setMessage('a', 'Down');
  expect(limited).toMatchObject({ kind: 'wait', reason: 'Opsgenie takes no more calls for now' });
  expect(await client.addNote('a', 'why')).toMatchObject({ kind: 'wait' });
  expect(opsgenie.received).toHaveLength(3);
});

it('nothing listens where Opsgenie should be: what was surely not sent waits', async () => {
  await opsgenie.stop();
  expect(await client.setMessage('a', 'Down')).toMatchObject({ kind: 'wait', isForAll: true });
  opsgenie = await startOpsgenieSimulator({ apiKey: 'key' });
});

it('a key that cannot stand in a header is told to nobody', async () => {
  const odd = new OpsgenieClient({
    apiKey: 'se\ncret',
    apiUrl: opsgenie.url,
    timeoutMs: 5_000,
    log: () => undefined,
  });
  const result = await odd.setMessage('a', 'Down');
  odd.close();
  expect(result).toEqual({ kind: 'unknown', reason: 'the request cannot be made' });
});

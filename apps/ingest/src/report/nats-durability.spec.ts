import { freePort, startNatsServer } from '@gomon/testing';
import { natsDurability } from './nats-durability.js';

describe('how nats-server syncs', () => {
  it.each([
    ['always', { kind: 'synced' }],
    ['10s', { kind: 'window', ms: 10_000, because: 'sync_interval of nats-server' }],
    ['"2m"', { kind: 'window', ms: 120_000, because: 'sync_interval of nats-server' }],
  ])('with sync_interval %s is read from its monitoring', async (syncInterval, expected) => {
    const monitorPort = await freePort();
    const server = await startNatsServer({ monitorPort, syncInterval });
    try {
      expect(await natsDurability(`http://127.0.0.1:${monitorPort}`)).toEqual(expected);
    } finally {
      await server.stop();
    }
  });

  it('is not known where its monitoring is not named, and an error where that is not there', async () => {
    expect(await natsDurability(undefined)).toMatchObject({ kind: 'unknown' });
    await expect(natsDurability(`http://127.0.0.1:${await freePort()}`)).rejects.toThrow('fetch failed');
  });
});

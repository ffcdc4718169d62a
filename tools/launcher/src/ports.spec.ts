import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { claimPorts } from './ports.js';
import { readSettings } from './settings.js';

describe('the ports', () => {
  const { ports } = readSettings({}, '/repo');
  const loopback = () => '127.0.0.1';
  let taken: Server;
  let takenPort: number;

  beforeEach(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    takenPort = (taken.address() as AddressInfo).port;
  });
  afterEach(() => taken.close());

  it('that are taken are named together with the variable that changes them', async () => {
    const asked = { ...ports, ingest: takenPort, 'nats-server': 0 };
    await expect(claimPorts(asked, ['ingest', 'nats-server'], loopback)).rejects.toThrow(
      `port ${takenPort} for ingest is taken: set INGEST_PORT to another one`,
    );
  });

  it('do not matter for parts that are not started here', async () => {
    const asked = { ...ports, ingest: takenPort, 'nats-server': 0 };
    expect((await claimPorts(asked, ['nats-server'], loopback)).ingest).toBe(takenPort);
  });

  it('are chosen where 0 is asked for', async () => {
    const claimed = await claimPorts(
      { ...ports, ingest: 0, correlator: 0 },
      ['ingest', 'correlator'],
      loopback,
    );
    expect(claimed.ingest).toBeGreaterThan(0);
    expect(claimed.correlator).toBeGreaterThan(0);
  });

  it('cannot be the same for two parts', async () => {
    const asked = { ...ports, ingest: 18_081, correlator: 18_081 };
    await expect(claimPorts(asked, ['ingest', 'correlator'], loopback)).rejects.toThrow(
      'port 18081 for ingest is asked for by correlator too: set INGEST_PORT',
    );
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from './free-port.js';

it('a free port is given once, and not while somebody listens on it', async () => {
  const ports: number[] = [];
  for (let index = 0; index < 20; index += 1) ports.push(await freePort());
  expect(new Set(ports).size).toBe(20);
  const last = ports.at(-1) ?? 0;
  const server = createServer().listen(last + 1, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  expect(await freePort()).not.toBe(taken);
  server.close();
  await once(server, 'close');
});

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
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

it('processes that look for ports from the same place on get different ones', async () => {
  const script = `
    Object.defineProperty(process, 'pid', { value: 77 });
    const { freePort } = await import(${JSON.stringify(new URL('../../dist/network/free-port.js', import.meta.url).href)});
    const ports = [];
    for (let index = 0; index < 20; index += 1) ports.push(await freePort());
    console.log(JSON.stringify(ports));
  `;
  const run = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    return JSON.parse(stdout) as number[];
  };
  const ports = (await Promise.all([run(), run(), run()])).flat();
  expect(new Set(ports).size).toBe(60);
});

import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to connections and to whoever asks for any port: nobody gets one of these by chance. */
const FIRST_PORT = 10_000;
/** Processes that run at once have process ids that differ little, and so each has ports of its own. */
const PORTS_OF_A_PROCESS = 100;
const PROCESSES = 220;
const first = FIRST_PORT + (process.pid % PROCESSES) * PORTS_OF_A_PROCESS;
let given = 0;

/**
 * A port of the loopback address that nobody listened on a moment ago: not one that this process, or another at the same
 * time, gets a second time before somebody listens on it.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_OF_A_PROCESS; tries += 1) {
    const port = first + (given % PORTS_OF_A_PROCESS);
    given += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first} on is free, of ${PORTS_OF_A_PROCESS}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

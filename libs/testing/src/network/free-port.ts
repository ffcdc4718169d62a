import { once } from 'node:events';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below the ports that systems give to connections and to whoever asks for any port: nobody gets one of these by chance. */
const FIRST_PORT = 10_000;
const PORTS = 22_000;
/** By then somebody listens on it, or nobody will. */
const CLAIM_MS = 120_000;

/** Processes that look for ports at once have nothing in common but files. */
const claims = join(tmpdir(), `gomon-ports-${process.getuid?.() ?? ''}`);
let next = (process.pid * 100) % PORTS;

/** A port of the loopback address that nobody listens on, and that neither this process nor another was given just now. */
export async function freePort(): Promise<number> {
  await mkdir(claims, { recursive: true });
  for (let tries = 0; tries < PORTS; tries += 1) {
    const port = FIRST_PORT + next;
    next = (next + 1) % PORTS;
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error(`no port from ${FIRST_PORT} on is free, of ${PORTS}`);
}

async function claim(port: number): Promise<boolean> {
  const file = join(claims, String(port));
  try {
    await writeFile(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (!Error.isError(error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    const claimed = await stat(file).catch(() => undefined);
    // Left for the next time: whoever takes over what it has just removed may take it from a third one.
    if (claimed !== undefined && Date.now() - claimed.mtimeMs > CLAIM_MS) await rm(file, { force: true });
    return false;
  }
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

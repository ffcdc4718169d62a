import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '@gomon/testing';
import { portVariables, type PartName } from './settings.js';

/** Some ports cannot be had; the message names each with the variable that changes it. */
export class PortsTaken extends Error {
  override readonly name = 'PortsTaken';
}

/**
 * Makes sure that each part can have its port, and chooses a free one where 0 was asked for. Says all that is wrong at
 * once.
 */
export async function claimPorts(
  ports: Readonly<Record<PartName, number>>,
  parts: readonly PartName[],
  hostOf: (part: PartName) => string,
): Promise<Readonly<Record<PartName, number>>> {
  const claimed = { ...ports };
  const problems: string[] = [];
  for (const part of parts) {
    if (claimed[part] === 0) claimed[part] = await freePort();
    const port = claimed[part];
    const twin = parts.find((other) => other !== part && ports[other] !== 0 && ports[other] === ports[part]);
    const reason = twin === undefined ? await whyNot(port, hostOf(part)) : `is asked for by ${twin} too`;
    if (reason !== undefined) {
      problems.push(`port ${port} for ${part} ${reason}: set ${portVariables[part]} to another one`);
    }
  }
  if (problems.length > 0) throw new PortsTaken(problems.join('\n'));
  return claimed;
}

async function whyNot(port: number, host: string): Promise<string | undefined> {
  const server = createServer().listen({ port, host, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = Error.isError(error) && 'code' in error ? error.code : undefined;
    return code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${String(code)})`;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}

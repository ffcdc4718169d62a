import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  freePort,
  RunningSystem,
  spawnTied,
  startNatsServer,
  startPostgres,
  type TiedProcess,
} from '@gomon/testing';
import type { Pipeline } from '../measure/throughput.js';

/** The floor: what a pipeline of the same parts costs at least, where it does nothing but carry and write. */
export interface Floor {
  readonly pipeline: Pipeline;
  stop(): Promise<void>;
}

const SECRET = 'floor-secret';

/** Starts it on servers of its own, on the tables and streams that the product has made there. */
export async function startFloor(): Promise<Floor> {
  const [nats, postgres] = await Promise.all([startNatsServer(), startPostgres()]);
  const databaseUrl = await postgres.createDatabase('gomon');
  const product = await RunningSystem.start({ env: { NATS_URL: nats.url, DATABASE_URL: databaseUrl } });
  await product.stop();
  const port = String(await freePort());
  const programs = await Promise.all([
    startProgram('correlator.js', { NATS_URL: nats.url, DATABASE_URL: databaseUrl }),
    startProgram('ingest.js', { NATS_URL: nats.url, HMAC_SECRET: SECRET, PORT: port }),
  ]);
  return {
    pipeline: {
      webhookUrl: `http://127.0.0.1:${port}/webhooks/grafana`,
      hmacSecret: SECRET,
      databaseUrl,
    },
    stop: async () => {
      for (const program of programs) program.signal('SIGTERM');
      await Promise.all(programs.map((program) => program.exited));
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}

async function startProgram(name: string, env: Readonly<Record<string, string>>): Promise<TiedProcess> {
  const file = fileURLToPath(new URL(`../../dist/floor/${name}`, import.meta.url));
  const child = spawnTied(process.execPath, [file], {
    env: { ...process.env, ...env },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const { stdout } = child;
  if (stdout === null) throw new Error(`${name} has no output`);
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: stdout }).once('line', () => {
      resolve();
    });
  });
  await Promise.race([
    ready,
    child.exited.then(() => Promise.reject(new Error(`${name} ended before it was ready`))),
  ]);
  return child;
}

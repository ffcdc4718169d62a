import type { Durability } from '@gomon/service';
import { z } from 'zod';

/** Of nats-server's `/jsz`; `sync_always` is left out when it is false, and `sync_interval` counts nanoseconds. */
const jetStreamInfo = z.object({
  config: z.object({ sync_always: z.boolean().default(false), sync_interval: z.number().nonnegative() }),
});

const TIMEOUT_MS = 1_000;

/**
 * When nats-server syncs what it has acknowledged. Clients are not told that: its monitoring is asked.
 *
 * @throws when it does not answer, or answers something else
 */
export async function natsDurability(monitorUrl: string | undefined): Promise<Durability> {
  if (monitorUrl === undefined) return { kind: 'unknown', because: 'NATS_MONITOR_URL is not set' };
  const response = await fetch(new URL('/jsz', monitorUrl), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { config } = jetStreamInfo.parse(await response.json());
  return config.sync_always
    ? { kind: 'synced' }
    : { kind: 'window', ms: config.sync_interval / 1e6, because: 'sync_interval of nats-server' };
}

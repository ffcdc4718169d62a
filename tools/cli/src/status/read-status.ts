import { ledgerAnswer, type LedgerAnswer } from '@gomon/contracts';
import {
  CONSUMERS,
  describeError,
  STREAMS,
  type ConsumerDeclaration,
  type Nats,
  type StreamDeclaration,
} from '@gomon/messaging';
import { z } from 'zod';
import { callApi, request } from '../places/api.js';
import type { Surroundings } from '../places/surroundings.js';
import { withNats } from '../places/with-nats.js';

/** From here on a stream is soon full, and full means that it refuses. */
const ALMOST_FULL = 0.9;

const indicator = z.object({ ok: z.boolean(), detail: z.string().optional() });
const readiness = z.object({ indicators: z.record(z.string(), indicator) });

export interface ServiceStatus {
  readonly name: string;
  readonly url: string;
  readonly ready: boolean;
  readonly indicators: Readonly<Record<string, z.infer<typeof indicator>>>;
  /** Why it says nothing. */
  readonly error?: string;
}

export interface StreamStatus {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** What each durable consumer has not handled yet. */
  readonly consumers: readonly { readonly name: string; readonly lag: number }[];
}

export interface Status {
  readonly ok: boolean;
  readonly services: readonly ServiceStatus[];
  readonly streams: readonly StreamStatus[];
  readonly deadLetters: number;
  readonly ledger: LedgerAnswer | undefined;
  /** What is not as it should be, in words. */
  readonly wrong: readonly string[];
}

/** Looks at everything that can be reached. */
export async function readStatus(around: Surroundings): Promise<Status> {
  const wrong: string[] = [];
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      wrong.push(`${what}: ${describeError(error)}`);
      return undefined;
    }
  };
  const services = await Promise.all(
    Object.entries(around.services).map(([name, url]) => serviceStatus(name, url)),
  );
  wrong.push(...services.filter(({ ready }) => !ready).map(whyNotReady));
  const streams = await attempt('NATS', () =>
    withNats(around, (nats) =>
      Promise.all(
        Object.values<StreamDeclaration>(STREAMS).map((stream) =>
          attempt(`stream ${stream.name}`, () => streamStatus(nats, stream, attempt)),
        ),
      ),
    ),
  );
  const found = streams?.filter((stream) => stream !== undefined) ?? [];
  for (const { name, bytes, maxBytes } of found) {
    if (maxBytes <= 0 || bytes < ALMOST_FULL * maxBytes) continue;
    wrong.push(`stream ${name} is ${Math.floor((100 * bytes) / maxBytes)} % full: soon it refuses`);
  }
  const ledger = await attempt('the ledger', async () =>
    ledgerAnswer.parse(await callApi(around, '/ledger')),
  );
  if (ledger?.balanced === false) wrong.push('the ledger does not balance');
  const deadLetters = found.find(({ name }) => name === STREAMS.deadLetters.name)?.messages ?? 0;
  return { ok: wrong.length === 0, services, streams: found, deadLetters, ledger, wrong };
}

async function serviceStatus(name: string, url: string): Promise<ServiceStatus> {
  try {
    const { status, text } = await request(`${url}/health/ready`, {});
    return { name, url, ready: status === 200, ...readiness.parse(JSON.parse(text)) };
  } catch (error) {
    return { name, url, ready: false, indicators: {}, error: describeError(error) };
  }
}

function whyNotReady({ name, indicators, error }: ServiceStatus): string {
  const failing = Object.entries(indicators)
    .filter(([, { ok }]) => !ok)
    .map(([indicator, { detail }]) => (detail === undefined ? indicator : `${indicator}: ${detail}`));
  return `${name} is not ready: ${error ?? failing.join('; ')}`;
}

async function streamStatus(
  nats: Nats,
  { name }: StreamDeclaration,
  attempt: <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>,
): Promise<StreamStatus> {
  const manager = await nats.jetstreamManager();
  const { state, config } = await manager.streams.info(name);
  const declared = Object.values<ConsumerDeclaration>(CONSUMERS).filter(({ stream }) => stream.name === name);
  const consumers = await Promise.all(
    declared.map((consumer) =>
      attempt(`consumer ${consumer.name} of ${name}`, async () => {
        const info = await manager.consumers.info(name, consumer.name);
        return { name: consumer.name, lag: info.num_pending + info.num_ack_pending };
      }),
    ),
  );
  const { messages, bytes } = state;
  return {
    name,
    messages,
    bytes,
    maxBytes: config.max_bytes,
    consumers: consumers.filter((consumer) => consumer !== undefined),
  };
}

import { ledgerAnswer } from '@gomon/contracts';
import {
  CONSUMERS,
  STREAMS,
  type ConsumerDeclaration,
  type Nats,
  type StreamDeclaration,
} from '@gomon/messaging';
import { z } from 'zod';
import { callApi } from '../api.js';
import { table } from '../printable.js';
import type { Surroundings } from '../surroundings.js';
import { withNats } from '../with-nats.js';

const TIMEOUT_MS = 3_000;

const readiness = z.object({
  status: z.string(),
  indicators: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
});

interface ServiceStatus {
  readonly name: string;
  readonly url: string;
  readonly ready: boolean;
  readonly detail: string;
}

interface StreamStatus {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
  readonly consumers: readonly { readonly name: string; readonly lag: number }[];
}

export interface Status {
  readonly ok: boolean;
  readonly services: readonly ServiceStatus[];
  readonly streams: readonly StreamStatus[];
  readonly deadLetters: number;
  readonly ledger: z.infer<typeof ledgerAnswer> | undefined;
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
      wrong.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const services = await Promise.all(
    Object.entries(around.services).map(([name, url]) => serviceStatus(name, url)),
  );
  for (const { name, ready, detail } of services) if (!ready) wrong.push(`${name} is not ready: ${detail}`);
  const streams = (await attempt('NATS', () => withNats(around, streamStatuses))) ?? [];
  const ledger = await attempt('the ledger', async () =>
    ledgerAnswer.parse(await callApi(around, '/ledger')),
  );
  if (ledger?.balanced === false) wrong.push('the ledger does not balance');
  const deadLetters = streams.find(({ name }) => name === STREAMS.deadLetters.name)?.messages ?? 0;
  return { ok: wrong.length === 0, services, streams, deadLetters, ledger, wrong };
}

async function serviceStatus(name: string, url: string): Promise<ServiceStatus> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { indicators } = readiness.parse(await response.json());
    const detail = Object.entries(indicators)
      .filter(([, one]) => one.detail !== undefined)
      .map(([indicator, one]) => `${indicator}: ${one.detail ?? ''}`)
      .join('; ');
    return { name, url, ready: response.status === 200, detail };
  } catch (error) {
    return { name, url, ready: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

async function streamStatuses(nats: Nats): Promise<readonly StreamStatus[]> {
  const manager = await nats.jetstreamManager();
  return Promise.all(
    Object.values<StreamDeclaration>(STREAMS).map(async ({ name }) => {
      const { state } = await manager.streams.info(name);
      const declared = Object.values<ConsumerDeclaration>(CONSUMERS).filter(
        ({ stream }) => stream.name === name,
      );
      const consumers = await Promise.all(
        declared.map(async (consumer) => {
          const info = await manager.consumers.info(name, consumer.name);
          return { name: consumer.name, lag: info.num_pending + info.num_ack_pending };
        }),
      );
      return { name, messages: state.messages, bytes: state.bytes, consumers };
    }),
  );
}

/** The status for a person. */
export function statusText(status: Status): string {
  const { services, streams, ledger, wrong, deadLetters } = status;
  const parts = [
    services.length === 0
      ? 'No services of this folder run.'
      : table([
          ['SERVICE', 'READY', 'ADDRESS', 'DETAIL'],
          ...services.map((one) => [one.name, one.ready ? 'yes' : 'NO', one.url, one.detail]),
        ]),
    table([
      ['STREAM', 'MESSAGES', 'MIB', 'WAITING, BY CONSUMER'],
      ...streams.map((one) => [
        one.name,
        String(one.messages),
        (one.bytes / 1_048_576).toFixed(1),
        one.consumers.map(({ name, lag }) => `${name} ${lag}`).join(', '),
      ]),
    ]),
  ];
  if (ledger !== undefined) {
    const { accepted, ends, inFlight } = ledger.observations;
    const counts = Object.entries(ends)
      .filter(([, count]) => count > 0)
      .map(([end, count]) => `${count} ${end}`);
    parts.push(
      `Ledger: ${accepted} alerts accepted = ${counts.join(' + ') || '0'} + ${inFlight.undecided} undecided + ${inFlight.waitingToBeTold} waiting to be told`,
    );
  }
  if (deadLetters > 0) parts.push(`${deadLetters} dead letters: see gomon dead-letters list`);
  parts.push(wrong.length === 0 ? 'All is well.' : `WRONG:\n${wrong.map((one) => `  ${one}`).join('\n')}`);
  return parts.join('\n\n');
}

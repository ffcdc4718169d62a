import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { callApi } from '../api.js';
import { credentialsFor } from '../dead-letters/dead-letters.js';
import type { Surroundings } from '../surroundings.js';

export interface TestAlert {
  readonly severity: string;
  /** By the front door of Grafana, or by the REST API. */
  readonly by: 'grafana' | 'api';
  /** Ends it again once it was told. */
  readonly resolve: boolean;
  readonly withinMs: number;
}

const page = z.object({
  items: z.array(z.object({ id: z.string(), problemId: z.string(), status: z.string() })),
});
const problemShown = z.object({
  version: z.number(),
  told: z.array(z.object({ channel: z.string(), version: z.number() })),
});

/** Sends an alert and follows it: in the API, told. Says each step with the time it took. False: it did not arrive. */
export async function sendTest(
  around: Surroundings,
  test: TestAlert,
  say: (line: string) => void,
): Promise<boolean> {
  const name = `GomonTest-${randomBytes(3).toString('hex')}`;
  const startedAt = performance.now();
  const took = () => `after ${Math.round(performance.now() - startedAt)} ms`;
  const startsAt = new Date().toISOString();
  await send(around, test, { name, status: 'firing', startsAt });
  say(`${name} (${test.severity}) accepted ${took()}`);
  const deadline = Date.now() + test.withinMs;
  const filter = encodeURIComponent(`alertname="${name}"`);
  const alert = await until(
    deadline,
    async () => page.parse(await callApi(around, `/alerts?filter=${filter}`)).items[0],
  );
  if (alert === undefined) return missed(say, `${name} is not in the API`);
  say(`in the API ${took()}: alert ${alert.id}`);
  const told = await until(deadline, () => toldOf(around, alert.problemId));
  if (told === undefined) return missed(say, `problem ${alert.problemId} is not told`);
  say(`told in ${told} ${took()}`);
  if (!test.resolve) return true;
  await send(around, test, { name, status: 'resolved', startsAt });
  const isOver = await until(deadline, async () => {
    const items = page.parse(await callApi(around, `/alerts?filter=${filter}`)).items;
    return items[0]?.status === 'resolved' ? true : undefined;
  });
  if (isOver === undefined) return missed(say, `${name} is not resolved`);
  say(`resolved ${took()}`);
  return true;
}

async function toldOf(around: Surroundings, problemId: string): Promise<string | undefined> {
  const { version, told } = problemShown.parse(await callApi(around, `/problems/${problemId}`));
  return told.find((place) => place.version >= version)?.channel;
}

async function send(
  around: Surroundings,
  { by, severity }: TestAlert,
  alert: { readonly name: string; readonly status: string; readonly startsAt: string },
): Promise<void> {
  const labels = { alertname: alert.name, severity, source: 'gomon send-test' };
  const annotations = { summary: 'A test: nothing is wrong.' };
  const { status, startsAt } = alert;
  if (by === 'api') {
    await callApi(around, '/alerts', { method: 'POST', body: { status, labels, annotations, startsAt } });
    return;
  }
  const path = '/webhooks/grafana';
  const body = JSON.stringify({
    receiver: 'gomon send-test',
    status,
    alerts: [{ status, labels, annotations, startsAt }],
  });
  const response = await fetch(`${around.services['ingest'] ?? ''}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentialsFor(around, path, body) },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}

async function until<T>(deadline: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > deadline) return found;
    await pause(50);
  }
}

function missed(say: (line: string) => void, what: string): false {
  say(`MISSING: ${what}`);
  return false;
}

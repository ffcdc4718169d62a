import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ApiError, callApi } from '../places/api.js';
import type { Surroundings } from '../places/surroundings.js';
import { postWebhook } from '../places/webhook.js';

export interface TestAlert {
  readonly severity: string;
  /** By the front door of Grafana, or by the REST API. */
  readonly source: 'grafana' | 'api';
  /** Ends it again once it was told. */
  readonly resolve: boolean;
  /** For each step. */
  readonly withinMs: number;
}

const LOOK_EVERY_MS = 50;

const page = z.object({
  items: z.array(z.object({ id: z.string(), problemId: z.string(), status: z.string() })),
});
const problemShown = z.object({
  version: z.number(),
  told: z.array(z.object({ channel: z.string(), version: z.number() })),
});

/** A step did not happen in time. */
class MissingError extends Error {
  override readonly name = 'MissingError';
}

/**
 * Sends an alert and follows it: in the API, told. Says each step with the time since the start. False: it did not arrive.
 * @throws ApiError, UnknownPlaceError
 */
export async function sendTest(
  around: Surroundings,
  test: TestAlert,
  say: (line: string) => void,
): Promise<boolean> {
  const name = `GomonTest-${randomBytes(3).toString('hex')}`;
  const startsAt = new Date().toISOString();
  const startedAt = performance.now();
  const step = (what: string, more = '') =>
    say(`${what} after ${Math.round(performance.now() - startedAt)} ms${more}`);
  const alerts = `/alerts?filter=${encodeURIComponent(`alertname="${name}"`)}`;
  const alertNow = async () => page.parse(await callApi(around, alerts)).items[0];
  try {
    await send(around, test, { name, status: 'firing', startsAt });
    step(`${name} (${test.severity}) accepted`);
    const { id, problemId } = await seen(test.withinMs, `${name} is not in the API`, alertNow);
    step('in the API', `: alert ${id}`);
    const toldNow = () => channelOf(around, problemId);
    const channel = await seen(test.withinMs, `problem ${problemId} is not told`, toldNow);
    step(`told in ${channel}`);
    if (!test.resolve) return true;
    await send(around, test, { name, status: 'resolved', startsAt });
    await seen(test.withinMs, `${name} is not resolved`, async () =>
      (await alertNow())?.status === 'resolved' ? true : undefined,
    );
    step('resolved');
    step(`told in ${await seen(test.withinMs, `that ${name} is over is not told`, toldNow)}`, ': it is over');
    return true;
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    say(`MISSING: ${error.message}`);
    return false;
  }
}

/** Where the present state of a problem is told. */
async function channelOf(around: Surroundings, problemId: string): Promise<string | undefined> {
  const { version, told } = problemShown.parse(await callApi(around, `/problems/${problemId}`));
  return told.find((place) => place.version >= version)?.channel;
}

async function send(
  around: Surroundings,
  { source, severity }: TestAlert,
  alert: { readonly name: string; readonly status: string; readonly startsAt: string },
): Promise<void> {
  const labels = { alertname: alert.name, severity, source: 'gomon send-test' };
  const annotations = { summary: 'A test: nothing is wrong.' };
  const { status, startsAt } = alert;
  if (source === 'api') {
    await callApi(around, '/alerts', { method: 'POST', body: { status, labels, annotations, startsAt } });
    return;
  }
  const alerts = [{ status, labels, annotations, startsAt }];
  const body = JSON.stringify({ receiver: 'gomon send-test', status, alerts });
  await postWebhook(around, '/webhooks/grafana', body);
}

/** Looks until there is something. What passes by (the API restarts) is looked over. @throws MissingError */
async function seen<T>(withinMs: number, missing: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let last = '';
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.passing) throw error;
      last = ` (${error.message})`;
    }
    if (Date.now() > deadline) throw new MissingError(`${missing} after ${withinMs / 1_000} s${last}`);
    await pause(LOOK_EVERY_MS);
  }
}

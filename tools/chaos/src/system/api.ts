import type { RunningSystem } from '@gomon/testing';
import type { AlertView, LedgerAnswer, ProblemView } from '@gomon/contracts';

/** One call of the REST API with the run's token. */
export async function callApi(
  system: RunningSystem,
  path: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${system.urlOf('api-gateway')}/api/v1${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${system.run.credentials.apiToken}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

/** Reads what has to be there. */
async function get<T>(system: RunningSystem, path: string): Promise<T> {
  const { status, body } = await callApi(system, path);
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

export async function alertsNamed(system: RunningSystem, name: string): Promise<readonly AlertView[]> {
  const filter = encodeURIComponent(`alertname="${name}"`);
  return (await get<{ items: AlertView[] }>(system, `/alerts?filter=${filter}&limit=100`)).items;
}

export function problem(system: RunningSystem, id: string): Promise<ProblemView> {
  return get(system, `/problems/${id}`);
}

export function ledger(system: RunningSystem, reportId?: string): Promise<LedgerAnswer> {
  return get(system, `/ledger${reportId === undefined ? '' : `?reportId=${reportId}`}`);
}

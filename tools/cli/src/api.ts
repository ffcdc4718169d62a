import { known, type Surroundings } from './surroundings.js';

const TIMEOUT_MS = 10_000;

/** One call of the REST API. @throws Error that says what it answered */
export async function callApi(
  { apiUrl, apiToken }: Surroundings,
  path: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<unknown> {
  const url = `${known(apiUrl, 'the REST API', '--api or GOMON_API_URL')}/api/v1${path}`;
  const response = await fetch(url, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${known(apiToken, 'the API token', '--token or GOMON_API_TOKEN')}`,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

import { z } from 'zod';
import { known, type Surroundings } from './surroundings.js';

const TIMEOUT_MS = 10_000;

/** The API did not do it. `passing`: it may, a moment later. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    message: string,
    readonly passing: boolean,
    cause?: unknown,
    /** Of its answer; undefined: there was none. */
    readonly status?: number,
  ) {
    super(message, cause === undefined ? {} : { cause });
  }
}

/** One call of the REST API. @throws ApiError, UnknownPlaceError */
export async function callApi(
  { apiUrl, apiToken }: Surroundings,
  path: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<unknown> {
  const url = `${known(apiUrl, 'the REST API', '--api or GOMON_API_URL')}/api/v1${path}`;
  const authorization = `Bearer ${known(apiToken, 'the API token', '--token or GOMON_API_TOKEN')}`;
  const { status, text } = await request(url, {
    method: init.method ?? 'GET',
    headers: {
      authorization,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  return jsonOf(url, status, text);
}

/** Sends and reads it all. @throws ApiError when nobody answers */
export async function request(
  url: string,
  init: RequestInit,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ApiError(`${url} does not answer: ${why}`, true, error);
  }
}

/** @throws ApiError when the answer is an error, or no JSON */
export function jsonOf(url: string, status: number, text: string): unknown {
  const said = `${url} answered ${status}: ${text.slice(0, 300)}`;
  if (status < 200 || status > 299)
    throw new ApiError(refusalIn(text) ?? said, status >= 500 || status === 429, undefined, status);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(said, false, error);
  }
}

const problemDetails = z.object({
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/** What problem details (RFC 9457) say, for a person; undefined: they are none. */
function refusalIn(text: string): string | undefined {
  try {
    const { title, detail, errors = [] } = problemDetails.parse(JSON.parse(text));
    const faults = errors.map(({ field, message }) => `\n  ${field}: ${message}`);
    return `${title}${faults.length === 0 && detail !== undefined ? `: ${detail}` : faults.join('')}`;
  } catch {
    return undefined;
  }
}

import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { fetch, type Response } from 'undici';
import { z } from 'zod';

/** The API server said no, or something that is no answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    message: string,
    readonly status: number,
    readonly retryAfterMs: number | undefined,
  ) {
    super(message);
  }
}

const statusBody = z.object({ message: z.string() });
/** Clocks that differ by less than that are taken for equal: the server's header has whole seconds. */
const SKEW_NOTICED_MS = 2_000;

/** Reads from an API server, with what a kubeconfig or the service account of the pod says. */
export class ApiClient {
  /** The server's clock is so far ahead of ours. Its times are in its objects, so they are judged by its clock. */
  skewMs = 0;

  constructor(private readonly config: KubeConfig) {}

  /** `kubeconfig`: a file; absent: the service account of the pod, or what `kubectl` would take. */
  static from(kubeconfig: string | undefined): ApiClient {
    const config = new KubeConfig();
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    return new ApiClient(config);
  }

  /** The time at the server, in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  get server(): string {
    return this.config.getCurrentCluster()?.server ?? '';
  }

  /** @throws ApiError, and what the network throws */
  async get(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<NonNullable<Response['body']>> {
    const url = new URL(`${this.server.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const context = new RequestContext(url.toString(), HttpMethod.GET);
    // Read anew each time: tokens of service accounts change about hourly.
    await this.config.applySecurityAuthentication(context);
    const dispatcher = context.getDispatcher();
    const response = await fetch(url, {
      headers: { ...context.getHeaders(), accept: 'application/json' },
      signal,
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    this.noticeClock(response.headers.get('date'));
    if (response.status === 200 && response.body !== null) return response.body;
    throw await errorOf(response);
  }

  async getJson(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.get(path, query, signal)) chunks.push(chunk as Uint8Array);
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  }

  private noticeClock(date: string | null): void {
    const ms = Date.parse(date ?? '');
    if (Number.isNaN(ms)) return;
    const skew = ms - Date.now();
    this.skewMs = Math.abs(skew) < SKEW_NOTICED_MS ? 0 : skew;
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const parsed = statusBody.safeParse(jsonOf(text));
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return new ApiError(
    parsed.data?.message ?? `status ${response.status}`,
    response.status,
    Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

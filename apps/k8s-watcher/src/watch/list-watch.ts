import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, describeError, type Log } from '@gomon/messaging';
import { z } from 'zod';
import { ApiError, type ApiClient } from './api-client.js';
import { linesOf } from './lines.js';
import { lastHeard, lists, openWatches, watchStarts } from './metrics.js';

/** What is listed and watched. */
export interface Listed<Thing> {
  /** E.g. `pods`. */
  readonly resource: string;
  readonly path: string;
  readonly namespace: string;
  readonly schema: z.ZodType<Thing>;
}

export interface ListWatchOptions {
  readonly reconcileMs: number;
  /** A watch that says nothing for so long is given up. */
  readonly silenceMs: number;
  readonly listTimeoutMs: number;
}

const PAGE = 500;
/** The server ends a watch in good order after so long; we go on where it was. */
const WATCH_S = 300;
/** A watch that ends sooner than this has not worked. */
const SHORT_MS = 1_000;
const RETRY = { baseMs: 500, factor: 2, capMs: 30_000 };

const identified = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().default(''),
    resourceVersion: z.string().default(''),
  }),
});
const page = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().default('') }),
  items: z.array(z.unknown()).nullable(),
});
const event = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});
const bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const failure = z.object({ code: z.number().default(500), message: z.string().default('') });

interface Kept<Thing> {
  readonly version: string;
  readonly thing: Thing;
}

/** A list knew what the watch had not said: the watch is opened anew, from the list. */
class WatchBehind extends Error {
  override readonly name = 'WatchBehind';
}

/** What was listed is too old: it is listed anew. */
const GONE = 410;
/** It may not be read, or there is none: looked at again now and then, and nobody waits for it. */
const REFUSED = new Set([401, 403, 404]);

/**
 * Keeps a resource of a namespace as the API server has it: lists it, watches it from there, and lists it again every so
 * often, whatever the watch says. It never gives up, and never ends what it cannot see: `heardAt` says how fresh it is.
 */
export class ListWatch<Thing> {
  private readonly kept = new Map<string, Kept<Thing>>();
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;
  private version = '';
  private failures = 0;
  private isSaid = false;
  private isWatching = false;
  private rewatch = new AbortController();
  /** When we last knew how things are, by our own clock; undefined: never. */
  heardAt: number | undefined;
  /** Why it cannot be read; undefined: it can. */
  refusal: string | undefined;
  /** Resolves when it was listed, or refused, for the first time. */
  readonly whenKnown: Promise<void>;
  private known: () => void = () => undefined;

  constructor(
    private readonly client: ApiClient,
    private readonly listed: Listed<Thing>,
    private readonly options: ListWatchOptions,
    private readonly changed: () => void,
    private readonly log: Log,
    private readonly random: () => number = Math.random,
  ) {
    this.whenKnown = new Promise((resolve) => (this.known = resolve));
  }

  get things(): readonly Thing[] {
    return [...this.kept.values()].map(({ thing }) => thing);
  }

  get name(): string {
    const { resource, namespace } = this.listed;
    return namespace === '' ? resource : `${resource}/${namespace}`;
  }

  start(): void {
    this.running ??= Promise.all([this.run(), this.reconcile()]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (this.version === '') await this.list();
        await this.watch();
        this.succeeded();
      } catch (error) {
        if (signal.aborted) return;
        if (!(this.rewatch.signal.reason instanceof WatchBehind)) await this.failed(error);
      }
    }
  }

  /** Whatever the watch says, or does not say. */
  private async reconcile(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const ms = this.options.reconcileMs * (0.9 + 0.2 * this.random());
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      // Where nothing is watched, the other loop is at it.
      if (signal.aborted || !this.isWatching) continue;
      try {
        const wasBehind = await this.list();
        this.succeeded();
        if (wasBehind) this.rewatch.abort(new WatchBehind());
      } catch (error) {
        if (!signal.aborted) this.say(error);
      }
    }
  }

  /** Reads all of it. True: something was not as the watch had said. */
  private async list(): Promise<boolean> {
    const { resource, path } = this.listed;
    const { items, version } = await this.pages(path).catch((error: unknown) => {
      lists.inc({ resource, outcome: 'failed' });
      throw error;
    });
    lists.inc({ resource, outcome: 'ok' });
    const isNews = this.replace(items, version);
    this.heard();
    this.refusal = undefined;
    this.known();
    if (isNews) this.changed();
    return isNews;
  }

  /** All pages of a list; they are of the moment of the first. */
  private async pages(path: string): Promise<{ items: readonly unknown[]; version: string }> {
    const items: unknown[] = [];
    for (let token = ''; ;) {
      const query = { limit: String(PAGE), ...(token === '' ? {} : { continue: token }) };
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(this.options.listTimeoutMs)]);
      const { metadata, items: more } = page.parse(await this.client.getJson(path, query, signal));
      items.push(...(more ?? []));
      token = metadata.continue;
      if (token === '') return { items, version: metadata.resourceVersion };
    }
  }

  /** What the watch has brought meanwhile is newer than the list, and stays. */
  private replace(items: readonly unknown[], version: string): boolean {
    const listed = new Set<string>();
    let isNews = this.version === '';
    for (const item of items) {
      const known = identified.safeParse(item);
      if (!known.success) continue;
      const key = keyOf(known.data.metadata);
      listed.add(key);
      const before = this.kept.get(key);
      const { resourceVersion } = known.data.metadata;
      if (before !== undefined && !isOlder(before.version, resourceVersion)) continue;
      if (this.keep(key, resourceVersion, item)) isNews = true;
    }
    for (const [key, { version: at }] of this.kept) {
      if (listed.has(key) || isOlder(version, at)) continue;
      this.kept.delete(key);
      isNews = true;
    }
    if (this.version === '' || isOlder(this.version, version)) this.version = version;
    return isNews;
  }

  private async watch(): Promise<void> {
    const { resource, path } = this.listed;
    const rewatch = new AbortController();
    this.rewatch = rewatch;
    const signal = AbortSignal.any([this.stopping.signal, rewatch.signal]);
    const beganAt = Date.now();
    watchStarts.inc({ resource });
    openWatches.inc({ resource });
    try {
      const query = {
        watch: 'true',
        resourceVersion: this.version,
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(WATCH_S),
      };
      const stream = await this.client.get(path, query, signal);
      this.isWatching = true;
      for await (const line of linesOf(stream, this.options.silenceMs, (reason) => rewatch.abort(reason))) {
        this.take(line);
      }
    } finally {
      this.isWatching = false;
      openWatches.dec({ resource });
    }
    if (Date.now() - beganAt < SHORT_MS) throw new Error('the watch ended at once');
  }

  /** @throws ApiError when the server ends the watch with an error; what is no event */
  private take(line: string): void {
    const { type, object } = event.parse(JSON.parse(line));
    this.heard();
    if (type === 'BOOKMARK') {
      this.version = bookmark.parse(object).metadata.resourceVersion;
      return;
    }
    if (type === 'ERROR') {
      const { code, message } = failure.parse(object);
      throw new ApiError(message, code, undefined);
    }
    this.succeeded();
    const { metadata } = identified.parse(object);
    this.version = metadata.resourceVersion;
    const key = keyOf(metadata);
    if (type === 'DELETED') this.kept.delete(key);
    else this.keep(key, metadata.resourceVersion, object);
    this.changed();
  }

  /** False: it cannot be read, and what was known of it stays. */
  private keep(key: string, version: string, item: unknown): boolean {
    const parsed = this.listed.schema.safeParse(item);
    if (!parsed.success) {
      this.log('warn', 'an object that cannot be read', {
        resource: this.listed.resource,
        object: key,
        error: z.prettifyError(parsed.error),
      });
      return false;
    }
    this.kept.set(key, { version, thing: parsed.data });
    return true;
  }

  private async failed(error: unknown): Promise<void> {
    const isExpired = error instanceof ApiError && error.status === GONE;
    this.say(error);
    // What is too old is listed anew at once; when that goes on and on, slower.
    this.version = '';
    this.failures += 1;
    if (isExpired && this.failures === 1) return;
    const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
    const ms = Math.max(asked ?? 0, backoffMs(this.failures, this.random(), RETRY));
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private succeeded(): void {
    if (this.isSaid) this.log('info', `${this.name} can be seen again`);
    this.isSaid = false;
    this.failures = 0;
  }

  /** Once for a row of failures. */
  private say(error: unknown): void {
    const isRefused = error instanceof ApiError && REFUSED.has(error.status);
    this.refusal = isRefused ? describeError(error) : undefined;
    if (isRefused) this.known();
    if (this.isSaid || (error instanceof ApiError && error.status === GONE)) return;
    this.isSaid = true;
    this.log('warn', `${this.name} cannot be watched; trying on`, { error: describeError(error) });
  }

  private heard(): void {
    this.heardAt = Date.now();
    const { resource, namespace } = this.listed;
    lastHeard.set({ resource, namespace }, this.heardAt / 1_000);
  }
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/**
 * Versions are opaque by the older documents, and numbers that can be compared by the newer ones (KEP-5504); they have always
 * been the numbers of etcd. Where they are none, a list counts for newer.
 */
function isOlder(a: string, b: string): boolean {
  const [left, right] = [Number(a), Number(b)];
  return Number.isNaN(left) || Number.isNaN(right) ? a !== b : left < right;
}

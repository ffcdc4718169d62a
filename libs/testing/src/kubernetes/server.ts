import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { bodyOf, listen, sendJson, untilChange } from '../simulator/http-server.js';
import { secretsEqual } from '../simulator/secrets-equal.js';
import { JsonKeeper, loadJson } from '../simulator/state-file.js';
import { editObjects } from './edits.js';
import { KubernetesFaults, type kubernetesFault, type KubernetesFault } from './faults.js';
import { Lists } from './lists.js';
import { Objects, type KubernetesObject } from './objects.js';
import { targetOf, type Target } from './resources.js';
import { expired, forbidden, StatusError } from './status.js';
import { Watches, type OpenWatch } from './watches.js';

export interface KubernetesSimulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly token: string;
  /** Keeps the objects over a restart. */
  readonly stateFile?: string;
  readonly bookmarkEveryMs?: number;
}

/** A request as it was received. */
export interface ReceivedByKubernetes {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Null: no answer (yet). */
  status: number | null;
}

export interface KubernetesSimulator {
  readonly url: string;
  /** A kubeconfig that leads here, as JSON, which is YAML. */
  readonly kubeconfig: string;
  readonly objects: Objects;
  readonly faults: KubernetesFaults;
  readonly received: readonly ReceivedByKubernetes[];
  readonly watches: readonly OpenWatch[];
  act(what: 'stall' | 'resume' | 'cut' | 'close' | 'expire', resource?: string): number;
  /** Forgets the past: who asks for it gets 410. */
  compact(): void;
  /** While it is away, every connection is cut. */
  away(isAway: boolean): void;
  /** Resolves as soon as `condition` holds; asked again with each request and each change. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

const MOST_RECEIVED = 50_000;
const BOOKMARK_EVERY_MS = 60_000;

const watchControl = z.object({
  action: z.enum(['stall', 'resume', 'cut', 'close', 'expire']),
  resource: z.string().optional(),
});

/** An API server that is simulated: lists and watches as documented, and controls that let it misbehave. */
export async function startKubernetesSimulator(
  options: KubernetesSimulatorOptions,
): Promise<KubernetesSimulator> {
  const objects = new Objects();
  const faults = new KubernetesFaults();
  const lists = new Lists(objects);
  const watches = new Watches(objects, options.bookmarkEveryMs ?? BOOKMARK_EVERY_MS);
  const received: ReceivedByKubernetes[] = [];
  const listeners = new Set<() => void>();
  const noticed = () => {
    for (const listener of [...listeners]) listener();
  };
  let isAway = false;
  const keeper =
    options.stateFile === undefined
      ? undefined
      : new JsonKeeper(options.stateFile, () => ({ items: objects.everything() }));
  if (options.stateFile !== undefined) {
    const kept = z.object({ items: z.array(z.unknown()) }).safeParse(await loadJson(options.stateFile)).data;
    for (const item of kept?.items ?? []) objects.apply(item);
  }
  objects.onChange(() => {
    keeper?.changed();
    noticed();
  });

  const compact = () => {
    objects.compact();
    lists.expire();
  };
  const away = (next: boolean) => {
    isAway = next;
    if (isAway) watches.act('cut');
  };

  const control = (path: string, body: string): unknown => {
    const json: unknown = body === '' ? {} : JSON.parse(body);
    switch (path) {
      case '/__state':
        return { resourceVersion: objects.version, objects: objects.everything(), watches: watches.all };
      case '/__received':
        return received;
      case '/__objects':
        return body === '' ? objects.everything() : editObjects(objects, json);
      case '/__faults':
        if (body !== '') faults.add(json as z.input<typeof kubernetesFault>);
        return faults.all;
      case '/__watches': {
        const { action, resource } = watchControl.parse(json);
        return { hit: watches.act(action, resource) };
      }
      case '/__compact':
        compact();
        return { ok: true };
      case '/__away':
        away(z.object({ on: z.boolean() }).parse(json).on);
        return { ok: true };
      case '/__clock':
        objects.skewMs = z.object({ skewMs: z.number() }).parse(json).skewMs;
        return { ok: true };
      case '/__reset':
        faults.clear();
        away(false);
        objects.skewMs = 0;
        return { ok: true };
      default:
        throw new Error('not found');
    }
  };

  /** Undefined: it goes on as it should. */
  const harm = async (
    fault: KubernetesFault | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
  ): Promise<'done' | undefined> => {
    switch (fault?.kind) {
      case 'delay':
        await pause(fault.delayMs);
        return undefined;
      case 'hang':
        return 'done';
      case 'drop':
        request.socket.destroy();
        return 'done';
      case 'cut-line':
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"type":"ADDED","obje');
        request.socket.destroySoon();
        return 'done';
      case 'close':
        response.writeHead(200, { 'content-type': 'application/json' }).end();
        return 'done';
      case 'html':
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
        return 'done';
      case 'malformed':
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"PodList","ite\n');
        return 'done';
      case '429':
        if (fault.retryAfter !== null) response.setHeader('retry-after', String(fault.retryAfter));
        throw new StatusError(429, 'TooManyRequests', 'Too many requests, please try again later.', {
          retryAfterSeconds: fault.retryAfter ?? 1,
        });
      case '401':
        throw new StatusError(401, 'Unauthorized', 'Unauthorized');
      case '403':
        throw forbidden('list', target.resource.name);
      case '410':
        throw expired('1', objects.version);
      case '500':
      case '503':
        throw new StatusError(Number(fault.kind), 'InternalError', 'Internal error occurred');
      case 'stall':
      case undefined:
        return undefined;
    }
  };

  const api = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!secretsEqual(token, options.token)) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    if (url.pathname === '/version') {
      sendJson(response, { major: '1', minor: '35', gitVersion: 'v1.35.0' });
      return;
    }
    if (/^\/(readyz|livez|healthz)$/.test(url.pathname)) {
      response.end('ok');
      return;
    }
    const target = targetOf(url.pathname);
    if (target === undefined)
      throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
    if (request.method !== 'GET')
      throw new StatusError(405, 'MethodNotAllowed', 'this is a cluster to be watched');
    const isWatch = /^(1|true)$/.test(url.searchParams.get('watch') ?? '');
    const verb = target.name !== undefined ? 'get' : isWatch ? 'watch' : 'list';
    const fault = faults.take(verb, target.resource.name);
    if ((await harm(fault, request, response, target)) === 'done') return;
    if (target.name !== undefined) {
      const found = objects.get(target.resource, target.namespace, target.name);
      if (found === undefined)
        throw new StatusError(404, 'NotFound', `${target.resource.name} "${target.name}" not found`);
      sendJson(response, found);
      return;
    }
    if (!isWatch) {
      sendJson(response, lists.list(target, url.searchParams));
      return;
    }
    if (!target.resource.watchable) throw new StatusError(405, 'MethodNotAllowed', 'watch is not supported');
    watch(request, response, { target, query: url.searchParams, isStalled: fault?.kind === 'stall' });
  };

  const watch = (
    request: IncomingMessage,
    response: ServerResponse,
    { target, query, isStalled }: { target: Target; query: URLSearchParams; isStalled: boolean },
  ): void => {
    const begin = () => {
      if (!response.headersSent)
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    };
    const forget = watches.start(
      target,
      query,
      {
        write: (text) => {
          begin();
          response.write(text);
        },
        end: () => {
          begin();
          response.end();
        },
        cut: () => request.socket.destroy(),
      },
      isStalled,
    );
    begin();
    response.on('close', forget);
  };

  const server = await listen(options, async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname.startsWith('/__')) {
      sendJson(response, control(url.pathname, await bodyOf(request)));
      return;
    }
    const entry: ReceivedByKubernetes = {
      at: new Date().toISOString(),
      method: request.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: null,
    };
    received.push(entry);
    if (received.length > MOST_RECEIVED) received.shift();
    if (isAway) {
      request.socket.destroy();
      noticed();
      return;
    }
    response.setHeader('date', new Date(Date.now() + objects.skewMs).toUTCString());
    try {
      await api(request, response, url);
    } catch (error) {
      const status =
        error instanceof StatusError ? error : new StatusError(500, 'InternalError', String(error));
      response
        .writeHead(status.code, { 'content-type': 'application/json' })
        .end(JSON.stringify(status.body));
    }
    if (response.headersSent) entry.status = response.statusCode;
    noticed();
  });

  return {
    url: server.url,
    kubeconfig: JSON.stringify(kubeconfig(server.url, options.token)),
    objects,
    faults,
    received,
    get watches() {
      return watches.all;
    },
    act: (what, resource) => watches.act(what, resource),
    compact,
    away,
    until: (condition) =>
      untilChange((listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      }, condition),
    stop: async () => {
      watches.act('cut');
      await server.stop();
      await keeper?.stop();
    },
  };
}

/** A kubeconfig that leads to a simulated cluster; as JSON it is a file of it. */
export function kubeconfig(url: string, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'simulated', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'gomon', user: { token } }],
    contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'gomon' } }],
    'current-context': 'simulated',
  };
}

export type { KubernetesObject };

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { bodyOf, listen, sendAsset, sendJson, untilChange } from '../simulator/http-server.js';
import { JsonKeeper, loadJson } from '../simulator/state-file.js';
import { Account, type Alert, type Incident } from './account.js';
import { answerCall, type CallContext } from './call.js';
import { Faults, type fault } from './faults.js';
import { page, pageScript, pageStyle } from './page.js';
import { RateLimits } from './rate-limits.js';

export interface OpsgenieSimulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly apiKey: string;
  /** On by default. */
  readonly rateLimits?: boolean;
  /** Keeps incidents and alerts over a restart. */
  readonly stateFile?: string;
  /** How long it takes until an accepted request is decided. */
  readonly decideAfterMs?: number;
}

/** A request as it was received. */
export interface ReceivedByOpsgenie {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly status: number | null;
  readonly answer: string;
}

export interface OpsgenieSimulator {
  readonly url: string;
  readonly incidents: readonly Incident[];
  readonly alerts: readonly Alert[];
  readonly faults: Faults;
  readonly received: readonly ReceivedByOpsgenie[];
  /** A person acts in the console. */
  act(id: string, what: 'resolve' | 'close' | 'reopen' | 'delete'): void;
  /** Resolves as soon as `condition` holds for the account. */
  until(condition: (account: Account) => boolean): Promise<void>;
  stop(): Promise<void>;
}

const MOST_RECEIVED = 50_000;
const DECIDE_AFTER_MS = 50;

const personsAction = z.object({ action: z.enum(['resolve', 'close', 'reopen', 'delete']) });
const kept = z.object({ incidents: z.array(z.custom<Incident>()), alerts: z.array(z.custom<Alert>()) });

/** An Opsgenie that is simulated: its REST API as documented, a page, and controls that let it misbehave. */
export async function startOpsgenieSimulator(options: OpsgenieSimulatorOptions): Promise<OpsgenieSimulator> {
  const account = new Account();
  const faults = new Faults();
  const received: ReceivedByOpsgenie[] = [];
  const state = () => ({ incidents: account.incidents, alerts: account.alerts });
  const keeper = options.stateFile === undefined ? undefined : new JsonKeeper(options.stateFile, state);
  if (options.stateFile !== undefined) {
    account.restore(kept.safeParse(await loadJson(options.stateFile)).data ?? {});
  }
  account.onChange(() => keeper?.changed());
  const context: CallContext = {
    account,
    faults,
    limits: options.rateLimits === false ? undefined : new RateLimits(),
    apiKey: options.apiKey,
    decideAfterMs: options.decideAfterMs ?? DECIDE_AFTER_MS,
    requests: new Map(),
  };

  const api = async (request: IncomingMessage, response: ServerResponse, url: URL, body: string) => {
    const { authorization = '' } = request.headers;
    const path = url.pathname.replace(/\/$/, '');
    const method = request.method ?? 'GET';
    const outcome = await answerCall(context, { method, path, query: url.searchParams, authorization, body });
    received.push({
      at: new Date().toISOString(),
      method,
      path,
      query: Object.fromEntries(url.searchParams),
      headers: { ...request.headers, authorization: authorization === '' ? undefined : 'GenieKey [hidden]' },
      body,
      status: outcome.kind === 'answer' ? outcome.status : null,
      answer: outcome.kind === 'answer' ? outcome.body : outcome.kind,
    });
    if (received.length > MOST_RECEIVED) received.shift();
    account.changed();
    if (outcome.kind === 'cut') request.socket.destroy();
    if (outcome.kind !== 'answer') return;
    response
      .writeHead(outcome.status, { 'content-type': 'application/json', ...outcome.headers })
      .end(outcome.body);
  };

  const act: OpsgenieSimulator['act'] = (id, what) => {
    const incident = account.incident(id);
    if (incident === undefined) throw new Error(`there is no incident ${id}`);
    if (what === 'delete') account.incidents.splice(account.incidents.indexOf(incident), 1);
    else account.move(incident, what, 'a person');
    account.changed();
  };

  const control = (path: string, body: string): unknown => {
    const json: unknown = body === '' ? {} : JSON.parse(body);
    if (path === '/__state') return state();
    if (path === '/__received') return received;
    if (path === '/__faults') {
      if (body !== '') faults.add(json as z.input<typeof fault>);
      return faults.all;
    }
    if (path === '/__reset') {
      faults.clear();
      const { all, received: forget } = z
        .object({ all: z.boolean().default(false), received: z.boolean().default(false) })
        .parse(json);
      if (all || forget) received.length = 0;
      if (all) account.clear();
      account.changed();
      return { ok: true };
    }
    const id = /^\/__incidents\/([^/]+)$/.exec(path)?.[1];
    if (id === undefined) throw new Error('not found');
    act(id, personsAction.parse(json).action);
    return account.incident(id) ?? { ok: true };
  };

  const server = await listen(options, async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const body = await bodyOf(request);
    const { pathname } = url;
    if (/^\/v\d\//.test(pathname)) return api(request, response, url, body);
    if (pathname === '/page.css') {
      sendAsset(response, 'css', pageStyle);
      return;
    }
    if (pathname === '/page.js') {
      sendAsset(response, 'javascript', pageScript);
      return;
    }
    if (!pathname.startsWith('/__')) {
      sendAsset(response, 'html', page);
      return;
    }
    sendJson(response, control(pathname, body));
  });

  return {
    url: server.url,
    incidents: account.incidents,
    alerts: account.alerts,
    faults,
    received,
    act,
    until: (condition) =>
      untilChange(
        (listener) => account.onChange(listener),
        () => condition(account),
      ),
    stop: async () => {
      await server.stop();
      await keeper?.stop();
    },
  };
}

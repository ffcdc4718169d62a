import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { bodyOf, listen, sendAsset, sendJson, untilChange } from '../simulator/http-server.js';
import { JsonKeeper, loadJson } from '../simulator/state-file.js';
import { argumentsOf } from './arguments.js';
import { callMethod, type CallContext } from './call.js';
import { fault, Faults } from './faults.js';
import { interact, respond, type Interaction } from './interactions.js';
import { page, pageScript, pageStyle } from './page.js';
import { RateLimits } from './rate-limits.js';
import { USERS, Workspace, type Channel } from './workspace.js';

export interface SlackSimulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly botToken: string;
  readonly signingSecret: string;
  /** Where presses of buttons are sent. */
  readonly interactionsUrl?: string;
  /** On by default. */
  readonly rateLimits?: boolean;
  /** Keeps the messages over a restart. */
  readonly stateFile?: string;
}

/** A request as it was received. */
interface Received {
  readonly at: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly args: unknown;
  readonly status: number | null;
  readonly answer: string;
  readonly fault?: string;
}

export interface SlackSimulator {
  readonly url: string;
  /** For `slackApiUrl`. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  readonly faults: Faults;
  readonly received: readonly Received[];
  setInteractionsUrl(url: string): void;
  /** A person presses a button. */
  click(press: {
    channel: string;
    ts: string;
    actionId: string;
    user?: string;
    /** Presses a button that is no longer there, as a screen that is behind does. */
    value?: string;
    /** Of an overflow menu: the text of what is chosen. */
    option?: string;
  }): Promise<Interaction>;
  /** Resolves as soon as `condition` holds for the workspace. */
  until(condition: (workspace: Workspace) => boolean): Promise<void>;
  stop(): Promise<void>;
}

const MOST_RECEIVED = 50_000;

const kept = z.object({ channels: z.array(z.custom<Channel>()) });

/** A Slack that is simulated: its Web API as documented, a page, and controls that let it misbehave. */
export async function startSlackSimulator(options: SlackSimulatorOptions): Promise<SlackSimulator> {
  const workspace = new Workspace();
  const faults = new Faults();
  const received: Received[] = [];
  const interactions: Interaction[] = [];
  let interactionsUrl = options.interactionsUrl;
  const keeper =
    options.stateFile === undefined
      ? undefined
      : new JsonKeeper(options.stateFile, () => ({ channels: workspace.channels }));
  if (options.stateFile !== undefined) {
    workspace.restore(kept.safeParse(await loadJson(options.stateFile)).data?.channels ?? []);
  }
  workspace.onChange(() => keeper?.changed());
  const context: CallContext = {
    workspace,
    faults,
    limits: options.rateLimits === false ? undefined : new RateLimits(),
    botToken: options.botToken,
  };

  const api = async (method: string, request: IncomingMessage, response: ServerResponse, body: string) => {
    const args = argumentsOf(request.headers['content-type'] ?? '', body);
    const { authorization = '' } = request.headers;
    const token =
      /^Bearer (.+)$/.exec(authorization)?.[1] ??
      (typeof args?.['token'] === 'string' ? args['token'] : undefined);
    const outcome =
      args === undefined
        ? { kind: 'answer' as const, status: 200, headers: {}, body: '{"ok":false,"error":"invalid_json"}' }
        : await callMethod(context, method, token, args);
    const { token: _, ...shownArgs } = args ?? {};
    received.push({
      at: new Date().toISOString(),
      method,
      headers: { ...request.headers, authorization: authorization === '' ? undefined : 'Bearer [hidden]' },
      args: shownArgs,
      status: outcome.kind === 'answer' ? outcome.status : null,
      answer: outcome.kind === 'answer' ? outcome.body : outcome.kind,
      ...('fault' in outcome && outcome.fault !== undefined ? { fault: outcome.fault } : {}),
    });
    if (received.length > MOST_RECEIVED) received.shift();
    if (outcome.kind === 'cut') request.socket.destroy();
    else if (outcome.kind === 'answer') response.writeHead(outcome.status, outcome.headers).end(outcome.body);
  };

  const click: SlackSimulator['click'] = async ({
    channel: id,
    ts,
    actionId,
    user = 'U1',
    value,
    option,
  }) => {
    const channel = workspace.byIdOrName(id);
    const message = channel?.messages.find((each) => each.ts === ts);
    if (channel === undefined || message === undefined) throw new Error(`there is no message ${ts} in ${id}`);
    if (interactionsUrl === undefined) throw new Error('nobody takes interactions');
    const where = { url: interactionsUrl, signingSecret: options.signingSecret, simulatorUrl: url };
    const interaction = await interact(where, {
      channel,
      message,
      actionId,
      user,
      ...(value === undefined ? {} : { value }),
      ...(option === undefined ? {} : { option }),
    });
    interactions.push(interaction);
    workspace.changed();
    return interaction;
  };

  const state = () => ({
    channels: workspace.channels.map(({ id, name, isArchived, isMember, messages }) => ({
      id,
      name,
      isArchived,
      isMember,
      messages,
    })),
    ephemerals: workspace.ephemerals,
    interactions,
    users: USERS,
  });

  const control = async (path: string, response: ServerResponse, body: string) => {
    const json: unknown = body === '' ? {} : JSON.parse(body);
    const given = json as Record<string, unknown>;
    if (path === '/__state') return state();
    if (path === '/__received') return received;
    if (path === '/__faults') {
      if (body !== '') faults.add(fault.parse(json));
      return faults.all;
    }
    if (path === '/__reset') {
      faults.clear();
      if (given['received'] === true || given['all'] === true) received.length = 0;
      if (given['all'] === true) workspace.clear();
      return { ok: true };
    }
    if (path === '/__channels') {
      const { id } = workspace.channel(String(given['name']), {
        ...(typeof given['archived'] === 'boolean' ? { archived: given['archived'] } : {}),
        ...(typeof given['member'] === 'boolean' ? { member: given['member'] } : {}),
      });
      return { id };
    }
    if (path === '/__click') {
      return click({
        channel: String(given['channel']),
        ts: String(given['ts']),
        actionId: String(given['actionId']),
        ...(typeof given['user'] === 'string' ? { user: given['user'] } : {}),
        ...(typeof given['value'] === 'string' ? { value: given['value'] } : {}),
        ...(typeof given['option'] === 'string' ? { option: given['option'] } : {}),
      });
    }
    const answer = /^\/__response\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
    if (answer !== null) {
      const [, channelId = '', ts = '', user = ''] = answer;
      respond(workspace, { channelId, ts, user }, given);
      return { ok: true };
    }
    response.statusCode = 404;
    return { error: 'not found' };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const body = await bodyOf(request);
    const method = /^\/api\/([\w.]+)$/.exec(pathname)?.[1];
    if (method !== undefined) return api(method, request, response, body);
    if (pathname === '/') {
      sendAsset(response, 'html', page);
      return;
    }
    if (pathname === '/page.css') {
      sendAsset(response, 'css', pageStyle);
      return;
    }
    if (pathname === '/page.js') {
      sendAsset(response, 'javascript', pageScript);
      return;
    }
    sendJson(response, await control(pathname, response, body));
  };

  const server = await listen(options, handle);
  const { url } = server;

  return {
    url,
    apiUrl: `${url}/api/`,
    workspace,
    faults,
    received,
    setInteractionsUrl: (to) => {
      interactionsUrl = to;
    },
    click,
    until: (condition) =>
      untilChange(
        (listener) => workspace.onChange(listener),
        () => condition(workspace),
      ),
    stop: async () => {
      await server.stop();
      await keeper?.stop();
    },
  };
}

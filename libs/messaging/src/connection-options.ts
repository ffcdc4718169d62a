import { readFileSync } from 'node:fs';
import {
  credsAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { jittered } from './backoff.js';
import { describeError, type Log } from './log.js';

export interface NatsAddress {
  /** `nats://host:4222`, several separated by commas; `user:password@` or `token@` are used when given. */
  readonly url: string;
  /** Shown by the server's monitoring. */
  readonly name: string;
  /** A NATS credentials file; read anew with every attempt, so that renewed credentials are used without a restart. */
  readonly credentialsFile?: string;
  readonly log: Log;
}

const RECONNECT_WAIT_MS = 1_000;
/** A silent server is noticed after two of these. */
const PING_INTERVAL_MS = 1_500;
const HANDSHAKE_TIMEOUT_MS = 4_000;

/** Options of a connection that reconnects for ever, with jitter, also after authentication errors. */
export function connectionOptions(address: NatsAddress): NodeConnectionOptions {
  const servers = address.url.split(',').map((url) => url.trim());
  return {
    servers: servers.map(withoutUser),
    name: address.name,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => jittered(RECONNECT_WAIT_MS, Math.random()),
    ignoreAuthErrorAbort: true,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 1,
    timeout: HANDSHAKE_TIMEOUT_MS,
    noAsyncTraces: true,
    ...userOf(servers[0] ?? ''),
    ...(address.credentialsFile === undefined
      ? {}
      : { authenticator: fileAuthenticator(address.credentialsFile, address.log) }),
  };
}

/** A file that cannot be read now is no reason to give up: the server refuses, and the next attempt reads it again. */
function fileAuthenticator(path: string, log: Log): Authenticator {
  return (nonce) => {
    try {
      return credsAuthenticator(readFileSync(path))(nonce);
    } catch (error) {
      log('error', 'the NATS credentials cannot be used', { path, error: describeError(error) });
      return undefined;
    }
  };
}

function withoutUser(url: string): string {
  return url.replace(/^((?:nats|tls):\/\/)?[^@/]*@/, '$1');
}

function userOf(url: string): Pick<ConnectionOptions, 'user' | 'pass' | 'token'> {
  const text = /^(?:(?:nats|tls):\/\/)?([^@/]*)@/.exec(url)?.[1];
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  if (colon < 0) return { token: decodeURIComponent(text) };
  return {
    user: decodeURIComponent(text.slice(0, colon)),
    pass: decodeURIComponent(text.slice(colon + 1)),
  };
}

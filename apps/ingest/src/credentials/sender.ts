import { createHmac } from 'node:crypto';
import { basicCredentials, bearerToken, HttpProblem, secretEquals } from '@gomon/service';

/** A secret and which sender it tells. */
export interface Credential {
  readonly instance: string;
  readonly secret: string;
}

/** How senders of one kind prove who they are. */
export interface Senders {
  /** Anybody may post: the operator has switched authentication off. */
  readonly isOpen: boolean;
  readonly hmac?: {
    readonly credentials: readonly Credential[];
    /** Lower case. */
    readonly header: string;
    readonly timestampHeader?: string;
  };
  readonly basic: readonly Credential[];
  readonly bearer: readonly Credential[];
}

interface SignedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A replay is refused after so long, in both directions: clocks differ. */
const REPLAY_WINDOW_S = 300;
export const DEFAULT_INSTANCE = 'default';

const NAMED = /^([a-z0-9][a-z0-9_-]{0,39}):(.+)$/i;

/** `instance:secret`, or a secret alone. */
export function credentialOf(text: string): Credential {
  const [, instance, secret] = NAMED.exec(text) ?? [];
  return instance === undefined || secret === undefined
    ? { instance: DEFAULT_INSTANCE, secret: text }
    : { instance, secret };
}

/** `user:password`; the user is the instance. */
export function basicCredentialOf(text: string): Credential {
  const colon = text.indexOf(':');
  return { instance: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** The instance that sent a request. @throws HttpProblem 401 that says what is missing or wrong, and no secret */
export function authenticate(senders: Senders, request: SignedRequest, now: Date): string {
  const { hmac } = senders;
  const signature = hmac === undefined ? undefined : headerOf(request, hmac.header);
  if (hmac !== undefined && signature !== undefined) return bySignature(hmac, signature, request, now);
  const basic = basicCredentials(request);
  if (basic !== undefined && senders.basic.length > 0) {
    const found = match(senders.basic, ({ instance, secret }) =>
      secretEquals(`${basic.user}:${basic.password}`, `${instance}:${secret}`),
    );
    return found ?? refuse('user or password is wrong', senders);
  }
  const token = bearerToken(request);
  if (token !== undefined && senders.bearer.length > 0) {
    return (
      match(senders.bearer, ({ secret }) => secretEquals(token, secret)) ??
      refuse('the token is wrong', senders)
    );
  }
  if (senders.isOpen) return DEFAULT_INSTANCE;
  return refuse(hmac === undefined ? 'credentials are missing' : `${hmac.header} is missing`, senders);
}

/**
 * Grafana's signature: lower-case hex HMAC-SHA256 over the raw body, with the Unix time in seconds and a colon before it
 * where a timestamp header is configured (grafana/alerting, http/hmac.go). The configuration decides which form applies.
 */
export function grafanaSignature(secret: string, body: Uint8Array, timestamp?: string): string {
  const hmac = createHmac('sha256', secret);
  if (timestamp !== undefined) hmac.update(`${timestamp}:`);
  return hmac.update(body).digest('hex');
}

function bySignature(
  hmac: NonNullable<Senders['hmac']>,
  signature: string,
  request: SignedRequest,
  now: Date,
): string {
  const timestamp = hmac.timestampHeader === undefined ? undefined : headerOf(request, hmac.timestampHeader);
  if (hmac.timestampHeader !== undefined) {
    if (timestamp === undefined) return refuse(`${hmac.timestampHeader} is missing`);
    if (!/^\d{1,12}$/.test(timestamp)) return refuse(`${hmac.timestampHeader} is no Unix time in seconds`);
    const age = now.getTime() / 1_000 - Number(timestamp);
    if (Math.abs(age) > REPLAY_WINDOW_S) {
      return refuse(
        `${hmac.timestampHeader} is ${Math.round(Math.abs(age))} s ${age > 0 ? 'old' : 'ahead'}; the window is ${REPLAY_WINDOW_S} s`,
      );
    }
  }
  const found = match(hmac.credentials, ({ secret }) =>
    secretEquals(signature, grafanaSignature(secret, request.body, timestamp)),
  );
  return found ?? refuse('the signature does not fit body and secret');
}

/** All are compared, so that the time says nothing about which one fits. */
function match(
  credentials: readonly Credential[],
  fits: (credential: Credential) => boolean,
): string | undefined {
  const [found] = credentials.filter(fits);
  return found?.instance;
}

function refuse(detail: string, senders?: Senders): never {
  const challenges =
    senders === undefined
      ? []
      : [
          ...(senders.bearer.length > 0 ? ['Bearer realm="gomon"'] : []),
          ...(senders.basic.length > 0 ? ['Basic realm="gomon"'] : []),
        ];
  throw new HttpProblem(401, 'Unauthorized', {
    detail,
    headers: { 'WWW-Authenticate': challenges.join(', ') || 'Signature realm="gomon"' },
  });
}

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { hash, timingSafeEqual } from 'node:crypto';

/** Compares in constant time, whatever the lengths. */
export function secretEquals(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string | Uint8Array): Buffer {
  return hash('sha256', text, 'buffer');
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The token of `Authorization: Bearer …` (RFC 6750). */
export function bearerToken(request: { readonly headers: Headers }): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(authorizationOf(request))?.[1];
}

/** User and password of `Authorization: Basic …` (RFC 7617). */
export function basicCredentials(request: {
  readonly headers: Headers;
}): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic +([^\s]+) *$/i.exec(authorizationOf(request))?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function authorizationOf({ headers }: { readonly headers: Headers }): string {
  const { authorization } = headers;
  return typeof authorization === 'string' ? authorization : '';
}

import { createHmac } from 'node:crypto';
import { secretEquals } from '@gomon/service';

const WINDOW_S = 300;
const DAY_S = 24 * 60 * 60;

export interface SignedRequest {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** As it was received, before any decoding. */
  readonly body: Uint8Array;
}

/** Why a request is not taken for Slack's. `stale`, `future`: it is signed well, so a clock is wrong, or it is a replay. */
export interface SignatureFault {
  readonly reason: 'missing' | 'unreadable' | 'mismatch' | 'stale' | 'future';
  readonly detail: string;
}

/**
 * Whether Slack signed a request: `v0=` and the hex HMAC-SHA256 of `v0:<timestamp>:<raw body>`, at most five minutes old or
 * early (https://docs.slack.dev/authentication/verifying-requests-from-slack). Undefined: it did.
 */
export function signatureFault(
  secret: string,
  { timestamp, signature, body }: SignedRequest,
  now: Date,
): SignatureFault | undefined {
  if (timestamp === undefined || signature === undefined) {
    return { reason: 'missing', detail: 'the signature or its timestamp is missing' };
  }
  if (!/^\d{1,11}$/.test(timestamp)) {
    return { reason: 'unreadable', detail: 'the timestamp is no Unix time in seconds' };
  }
  const expected = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  if (!secretEquals(signature, expected)) {
    return { reason: 'mismatch', detail: 'the signature does not fit the body and the secret' };
  }
  const ageS = Math.round(now.getTime() / 1_000) - Number(timestamp);
  if (Math.abs(ageS) <= WINDOW_S) return undefined;
  const signedAt = new Date(Number(timestamp) * 1_000).toISOString();
  const times = `signed at ${signedAt}, our clock says ${now.toISOString()}`;
  return ageS > 0
    ? { reason: 'stale', detail: `the request is ${span(ageS)} old: ${times}` }
    : { reason: 'future', detail: `the request is ${span(-ageS)} ahead of our clock: ${times}` };
}

function span(seconds: number): string {
  return seconds < 2 * DAY_S ? `${seconds} s` : `about ${Math.round(seconds / DAY_S)} days`;
}

import { createHmac } from 'node:crypto';
import { secretEquals } from '@gomon/service';

const WINDOW_S = 300;

/**
 * Whether Slack signed a request: `v0=` and the hex HMAC-SHA256 of `v0:<timestamp>:<raw body>`, at most five minutes old
 * (https://docs.slack.dev/authentication/verifying-requests-from-slack). Undefined: it did; else why not.
 */
export function signatureFault(
  secret: string,
  request: {
    readonly timestamp: string | undefined;
    readonly signature: string | undefined;
    readonly body: Uint8Array;
  },
  now: Date,
): string | undefined {
  const { timestamp, signature, body } = request;
  if (timestamp === undefined || signature === undefined) return 'the signature is missing';
  if (!/^\d{1,12}$/.test(timestamp)) return 'the timestamp is no Unix time in seconds';
  const age = Math.abs(now.getTime() / 1_000 - Number(timestamp));
  if (age > WINDOW_S) return `the timestamp is ${Math.round(age)} s off; the window is ${WINDOW_S} s`;
  const expected = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  return secretEquals(signature, expected) ? undefined : 'the signature does not fit body and secret';
}

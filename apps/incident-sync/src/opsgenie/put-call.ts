import type { Raw } from './sdk-call.js';

/** Makes one PUT, which opsgenie-sdk 0.5.1 cannot, and takes what came back, JSON or not. */
export async function putCall(timeoutMs: number, url: string, apiKey: string, body: object): Promise<Raw> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { authorization: `GenieKey ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // The key goes nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers } = response;
    const text = await response.text();
    return { kind: 'response', status, headers: Object.fromEntries(headers), body: jsonOf(text) };
  } catch (error) {
    return { kind: 'error', error: reasonOf(error, timeoutMs) };
  }
}

/** Words of fetch itself are not passed on: they may quote a header that it does not take, which is the key. */
function reasonOf(error: unknown, timeoutMs: number): unknown {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') return new Error(`no answer within ${timeoutMs} ms`);
  return cause ?? new Error('the request cannot be made');
}

/** Text that is no JSON stays what it is. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

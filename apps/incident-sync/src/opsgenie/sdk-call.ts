import type { CallConfig } from 'opsgenie-sdk';

/** What came back of one request. */
export type Raw =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, unknown>>;
      readonly body: unknown;
    }
  | { readonly kind: 'error'; readonly error: unknown };

/**
 * Makes one request through opsgenie-sdk and takes what came back before the library does.
 *
 * Version 0.5.1 tries five times, POST too, unless told otherwise by each call; it throws where nobody can catch it when an
 * error has no JSON, and hides status and headers. What it asks about another try gets all that came back, and is never
 * answered: the library stops there, and nothing of it is left.
 */
export function sdkCall(timeoutMs: number, start: (config: CallConfig) => void): Promise<Raw> {
  return new Promise((resolve) => {
    // `timeout` is for silence: an answer that trickles is given up as well.
    const giveUp = setTimeout(() => {
      resolve({ kind: 'error', error: new Error(`no answer within ${timeoutMs} ms`) });
    }, timeoutMs);
    const config: CallConfig = {
      maxAttempts: 1,
      timeout: timeoutMs,
      retryStrategy: (error, response, body) => {
        clearTimeout(giveUp);
        resolve(
          response === undefined
            ? { kind: 'error', error }
            : { kind: 'response', status: response.statusCode ?? 0, headers: response.headers, body },
        );
        return new Promise(() => undefined);
      },
    };
    try {
      start(config);
    } catch (error) {
      clearTimeout(giveUp);
      resolve({ kind: 'error', error });
    }
  });
}

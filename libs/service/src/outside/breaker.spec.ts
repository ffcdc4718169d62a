import { jest } from '@jest/globals';
import { Breaker, CallFailedError } from './breaker.js';
import type { CallFailure } from './call-result.js';

const AWAY: CallFailure = { kind: 'unknown', reason: 'no answer' };
const REVOKED: CallFailure = { kind: 'token-refused', error: 'token_revoked' };
const REFUSED: CallFailure = { kind: 'refused', error: 'is_archived' };
const HOUR_MS = 60 * 60_000;

let log: string[];
let failure: CallFailure | undefined;
let calls: number;
let breaker: Breaker;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  log = [];
  failure = undefined;
  calls = 0;
  breaker = new Breaker(
    'Slack',
    (level, message) => log.push(`${level}: ${message}`),
    Date.now,
    () => 1,
  );
});

afterEach(() => {
  breaker.close();
  jest.useRealTimers();
});

function call(): Promise<unknown> {
  calls += 1;
  return failure === undefined ? Promise.resolve('answer') : Promise.reject(new CallFailedError(failure));
}

async function outcome(): Promise<string> {
  try {
    const result = await breaker.run(call);
    return 'kind' in result ? `wait ${result.ms}` : 'answer';
  } catch (error) {
    return error instanceof CallFailedError ? error.failure.kind : String(error);
  }
}

/** Many messages that each come again as soon as they may, for so long. */
async function press(ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end;) {
    await Promise.all(Array.from({ length: 20 }, outcome));
    await jest.advanceTimersByTimeAsync(500);
  }
}

describe('calls of an outside system', () => {
  it('are few while it is away for an hour, said once, and go on as soon as it is back', async () => {
    failure = AWAY;
    await press(HOUR_MS);
    expect(calls).toBeLessThan(200);
    expect(breaker.reason).toBe('Slack does not answer: calls are held back');
    expect(log).toEqual(['error: Slack does not answer: calls are held back']);
    failure = undefined;
    await press(61_000);
    expect(await outcome()).toBe('answer');
    expect(breaker.reason).toBeUndefined();
    expect(log.at(-1)).toBe('info: Slack answers again');
  });

  it('stop at once when the token is revoked, until another one is taken', async () => {
    failure = REVOKED;
    expect(await outcome()).toBe('wait 60000');
    expect(await outcome()).toBe('wait 60000');
    expect(calls).toBe(1);
    expect(breaker.tokenIsRefused).toBe('token_revoked');
    await press(10 * 60_000);
    expect(calls).toBeLessThan(12);
    expect(log).toEqual(['error: Slack does not take our token (token_revoked): calls are held back']);
    failure = undefined;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await outcome()).toBe('answer');
    expect(breaker.tokenIsRefused).toBeUndefined();
  });

  it('are not held back for what it refuses', async () => {
    failure = REFUSED;
    for (let time = 0; time < 30; time += 1) expect(await outcome()).toBe('refused');
    expect(breaker.reason).toBeUndefined();
  });
});

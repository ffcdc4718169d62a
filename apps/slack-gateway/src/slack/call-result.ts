/**
 * What a call of Slack came to:
 * - ok: it was done.
 * - refused: Slack said no, nothing was done.
 * - wait: nothing was done, and it has to wait for `ms`. `isForAll`: so has every other call.
 * - unknown: it may have been done.
 */
export type CallResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'wait'; readonly ms: number; readonly reason: string; readonly isForAll: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

export type Waits = Extract<CallResult<never>, { kind: 'wait' }>;

/** Why a call of an outside system has no good answer, as far as that says what to do. */
export type CallFailure =
  /** It said no, by this name or in these words. */
  | { readonly kind: 'refused'; readonly error: string }
  /** It does not know us (any more): no call succeeds until somebody gives us another token. */
  | { readonly kind: 'token-refused'; readonly error: string }
  /** Too many calls; `retryAfterS` where it named a time. */
  | { readonly kind: 'limited'; readonly retryAfterS: number | undefined }
  /** The call may have been done all the same. */
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * What a call of an outside system came to:
 * - ok: it was done.
 * - refused: it said no, nothing was done.
 * - wait: nothing was done, and it has to wait for `ms`. `isForAll`: so has every other call.
 * - unknown: it may have been done.
 */
export type CallResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'wait'; readonly ms: number; readonly reason: string; readonly isForAll: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

export type Waits = Extract<CallResult<never>, { kind: 'wait' }>;

/**
 * What a handler answers about a message:
 * - done: acknowledged, it never comes back.
 * - again: it comes back after about `afterMs` (an outside system is down or asks to wait). As often as it takes; it never
 *   becomes a dead letter. `pauseMs`: the whole consumer stops pulling for so long (an open circuit breaker).
 * - never: it cannot be handled; it goes to the dead letters with the reason.
 *
 * A handler that throws says that something is wrong with the message itself: after some failures it is a dead letter.
 */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly afterMs: number; readonly reason: string; readonly pauseMs?: number }
  | { readonly kind: 'never'; readonly reason: string };

export const done: Outcome = { kind: 'done' };

export function again(afterMs: number, reason: string, options: { readonly pauseMs?: number } = {}): Outcome {
  return { kind: 'again', afterMs, reason, ...options };
}

export function never(reason: string): Outcome {
  return { kind: 'never', reason };
}

/** Whether what a handler returned is an outcome at all. */
export function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'done') return true;
  if (!('reason' in value) || typeof value.reason !== 'string') return false;
  if (value.kind === 'never') return true;
  return value.kind === 'again' && 'afterMs' in value && typeof value.afterMs === 'number';
}

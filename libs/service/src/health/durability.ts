import { describeError } from '@gomon/messaging';
import { Gauge } from 'prom-client';
import { logTo, type Logger } from '../log/logger.js';
import type { Health } from './health.js';

/** What a store has promised of what it has acknowledged, should its machine lose power. */
export type Durability =
  /** It is on disk. */
  | { readonly kind: 'synced' }
  /** What was acknowledged in the last so many milliseconds may be gone. */
  | { readonly kind: 'window'; readonly ms: number; readonly because: string }
  /** Anything may be gone. */
  | { readonly kind: 'unbounded'; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string };

const windowSeconds = new Gauge({
  name: 'gomon_durability_window_seconds',
  help: 'How much of what a store has acknowledged a loss of power may cost: 0 nothing, +Inf everything, NaN not known',
  labelNames: ['store'],
});

const FRESH_MS = 30_000;

/**
 * Reads what is really in force and says it: in the log when it changes, in `/health/ready`, as a metric. A weaker
 * setting is the operator's choice and keeps nobody from working.
 *
 * @returns reads it; for a first time as soon as the store is there
 */
export function reportDurability(
  store: string,
  read: () => Promise<Durability>,
  { health, log }: { readonly health: Health; readonly log: Logger },
): () => Promise<void> {
  const say = logTo(log);
  let last: { readonly at: number; readonly words: string } | undefined;
  const look = async (): Promise<string> => {
    if (last !== undefined && Date.now() - last.at < FRESH_MS) return last.words;
    const durability = await read();
    const words = inWords(durability);
    windowSeconds.set({ store }, secondsOf(durability));
    if (words !== last?.words) {
      say(durability.kind === 'synced' ? 'info' : 'warn', `durability of ${store}: ${words}`, {});
    }
    last = { at: Date.now(), words };
    return words;
  };
  const answer = () => look().catch((error: unknown) => `not known: ${describeError(error)}`);
  health.indicator(`durability of ${store}`, async () => ({ ok: true, detail: await answer() }));
  return async () => {
    await answer();
  };
}

function secondsOf(durability: Durability): number {
  if (durability.kind === 'synced') return 0;
  if (durability.kind === 'window') return durability.ms / 1_000;
  return durability.kind === 'unbounded' ? Infinity : NaN;
}

function inWords(durability: Durability): string {
  if (durability.kind === 'synced') return 'what is acknowledged is on disk';
  const { because } = durability;
  if (durability.kind === 'unknown') return `not known: ${because}`;
  return durability.kind === 'unbounded'
    ? `a loss of power may cost anything (${because})`
    : `a loss of power may cost what was acknowledged in the last ${durability.ms / 1_000} s (${because})`;
}

import { jittered, type Log } from '@gomon/messaging';
import CircuitBreaker from 'opossum';
import { Gauge } from 'prom-client';
import type { CallFailure, Waits } from './call-result.js';

const breakerOpen = new Gauge({
  name: 'gomon_breaker_open',
  help: '1 while calls of an outside system are held back',
  labelNames: ['outside'] as const,
});

const OPTIONS = {
  errorThresholdPercentage: 60,
  volumeThreshold: 8,
  rollingCountTimeout: 20_000,
  resetTimeout: 1_000,
  rollingPercentilesEnabled: false,
  timeout: false as const,
};
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** While one call tries whether it is back, the others look again after so long. */
const PROBE_WAIT_MS = 2_000;

/** A call that failed, as an error. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
  constructor(readonly failure: CallFailure) {
    super(failure.kind);
  }
}

/**
 * Holds all calls of an outside system back while it does not answer, or does not take our token. One call after each pause
 * tries whether that is over; the pauses grow from 5 s to a minute, so that an hour without it costs some sixty calls.
 */
export class Breaker {
  private readonly circuit: CircuitBreaker<[() => Promise<unknown>]>;
  private openings = 0;
  private probeAt = 0;
  private tokenError: string | undefined;

  /** @param outside its name, as operators read it: `Slack` */
  constructor(
    private readonly outside: string,
    private readonly log: Log,
    private readonly clock: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {
    this.circuit = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
      ...OPTIONS,
      // What it refuses or limits, it has answered.
      errorFilter: (error: unknown) =>
        error instanceof CallFailedError && ['refused', 'limited'].includes(error.failure.kind),
    });
    breakerOpen.set({ outside }, 0);
    this.circuit.on('open', () => this.opened());
    this.circuit.on('close', () => this.closed());
  }

  /** Why calls are held back; undefined: they are not. */
  get reason(): string | undefined {
    if (this.circuit.closed) return undefined;
    return this.tokenError === undefined
      ? `${this.outside} does not answer: calls are held back`
      : `${this.outside} does not take our token (${this.tokenError}): calls are held back`;
  }

  /** Its word for what is wrong with our token. */
  get tokenIsRefused(): string | undefined {
    return this.tokenError;
  }

  /** Makes the call, or says how long to wait. @throws CallFailedError as the call throws it */
  async run(call: () => Promise<unknown>): Promise<{ readonly value: unknown } | Waits> {
    const left = this.probeAt - this.clock();
    if (!this.circuit.closed && left > 0) return this.wait(left);
    try {
      return { value: await this.circuit.fire(() => this.watched(call)) };
    } catch (error) {
      if (!(error instanceof CallFailedError)) return this.wait(PROBE_WAIT_MS);
      if (error.failure.kind !== 'token-refused') throw error;
      this.circuit.open();
      return this.wait(this.probeAt - this.clock());
    }
  }

  close(): void {
    this.circuit.shutdown();
  }

  /** Known before the circuit opens of it. */
  private async watched(call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof CallFailedError && error.failure.kind === 'token-refused') {
        this.tokenError = error.failure.error;
      }
      throw error;
    }
  }

  private opened(): void {
    breakerOpen.set({ outside: this.outside }, 1);
    if (this.openings === 0) this.log('error', this.reason ?? '');
    const grown = FIRST_PAUSE_MS * 2 ** Math.min(this.openings, 10);
    this.pauseFor(this.tokenError === undefined ? Math.min(LONGEST_PAUSE_MS, grown) : LONGEST_PAUSE_MS);
    this.openings += 1;
  }

  private closed(): void {
    breakerOpen.set({ outside: this.outside }, 0);
    this.openings = 0;
    this.tokenError = undefined;
    this.log('info', `${this.outside} answers again`);
  }

  private pauseFor(ms: number): void {
    this.probeAt = this.clock() + jittered(ms, this.random());
  }

  private wait(ms: number): Waits {
    return { kind: 'wait', ms, reason: this.reason ?? `${this.outside} is being tried`, isForAll: true };
  }
}

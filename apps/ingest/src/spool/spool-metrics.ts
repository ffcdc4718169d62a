import { Counter, Gauge } from 'prom-client';

export const appended = new Counter({
  name: 'gomon_spool_appended_total',
  help: 'Messages that the spool took, because their stream did not',
});

export const drained = new Counter({
  name: 'gomon_spool_drained_total',
  help: 'Messages that went from the spool to their stream',
});

export const damaged = new Counter({
  name: 'gomon_spool_damaged_total',
  help: 'Pieces of the spool that were found damaged or torn, and set aside',
});

interface Measured {
  readonly undrained: number;
  readonly bytes: number;
  readonly oldestAcceptedAt: string | undefined;
}

/** Gauges are asked for when they are read, so that the age is that of now. */
let measured: Measured = { undrained: 0, bytes: 0, oldestAcceptedAt: undefined };

export function measureSpool(spool: Measured): void {
  measured = spool;
}

new Gauge({
  name: 'gomon_spool_undrained_messages',
  help: 'Messages accepted and not in their stream yet',
  collect() {
    this.set(measured.undrained);
  },
});

new Gauge({
  name: 'gomon_spool_bytes',
  help: 'Bytes of the spool on disk',
  collect() {
    this.set(measured.bytes);
  },
});

new Gauge({
  name: 'gomon_spool_oldest_seconds',
  help: 'How long ago the oldest message in the spool was accepted; 0 when there is none',
  collect() {
    const { oldestAcceptedAt: at } = measured;
    this.set(at === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(at)) / 1_000));
  },
});

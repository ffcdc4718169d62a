import type { Observation } from '@gomon/contracts';
import { decideAll } from '../decide/decide-all.js';
import type { ObservationInput } from '../decide/episode.js';
import { DEFAULT_RULES } from '../decide/rules.js';
import { EMPTY_STATE, stateOf, type State } from '../decide/state.js';

const OPEN = 20_000;
const BATCH = 250;
const MEASURED = 60_000;
const NOW = '2026-03-01T09:00:00.000Z';

/** What `decide` alone does in a second, while so many alerts are open. */
export interface DecideRates {
  readonly open: number;
  readonly newPerS: number;
  readonly repeatedPerS: number;
}

/** No database, no network, no clock: the pure decision, a batch after the other. */
export function measureDecide(): DecideRates {
  const { alerts, problems } = decideAll(EMPTY_STATE, inputs('open', OPEN, 0), DEFAULT_RULES, NOW);
  const open = stateOf(alerts, problems);
  // Warm: what is measured is what runs for hours.
  run(open, 'warm', OPEN);
  return {
    open: OPEN,
    newPerS: run(open, 'new', OPEN),
    repeatedPerS: run(open, 'open', 0),
  };
}

function run(open: State, name: string, from: number): number {
  const batches: (readonly ObservationInput[])[] = [];
  for (let at = 0; at < MEASURED; at += BATCH) batches.push(inputs(name, BATCH, from + (at % OPEN)));
  const began = performance.now();
  for (const batch of batches) decideAll(open, batch, DEFAULT_RULES, NOW);
  return Math.round((MEASURED * 1_000) / (performance.now() - began));
}

function inputs(name: string, count: number, from: number): readonly ObservationInput[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'observation',
    reportId: `${name}-${from + index}`,
    index: 0,
    scope: 'default',
    source: { kind: 'grafana', instance: 'default' },
    acceptedAt: NOW,
    order: from + index,
    observation: observationOf(name, from + index),
  }));
}

function observationOf(name: string, index: number): Observation {
  return {
    status: 'firing',
    labels: {
      alertname: `${name}-${index}`,
      severity: 'warning',
      namespace: 'shop',
      pod: `cart-${index}`,
      cluster: 'eu-1',
    },
    annotations: { summary: 'Latency is high' },
    startsAt: NOW,
  };
}

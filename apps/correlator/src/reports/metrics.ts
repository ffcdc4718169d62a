import { Counter } from 'prom-client';

export const observationsDecided = new Counter({
  name: 'gomon_observations_decided_total',
  help: 'Observations by the end that was decided for them',
  labelNames: ['end'] as const,
});

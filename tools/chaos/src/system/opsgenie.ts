import type { RunningSystem } from '@gomon/testing';
import { z } from 'zod';

const opsgenieState = z.looseObject({
  incidents: z.array(
    z.looseObject({
      id: z.string(),
      message: z.string(),
      status: z.string(),
      details: z.record(z.string(), z.string()),
      timeline: z.array(z.looseObject({ text: z.string() })),
    }),
  ),
});
export type ProviderIncident = z.infer<typeof opsgenieState>['incidents'][number];

/** Incidents by problem id, as the simulated Opsgenie has them now. */
export async function incidentsInOpsgenie(
  system: RunningSystem,
): Promise<ReadonlyMap<string, readonly ProviderIncident[]>> {
  const response = await fetch(`${system.simulatorUrl('opsgenie')}/__state`);
  const { incidents } = opsgenieState.parse(await response.json());
  return Map.groupBy(incidents, ({ details }) => details['problem'] ?? '');
}

/** Makes the simulated Opsgenie misbehave. */
export async function opsgenieFault(
  system: RunningSystem,
  fault: Readonly<Record<string, unknown>>,
): Promise<void> {
  await post(system, '/__faults', fault);
}

export async function resetOpsgenieFaults(system: RunningSystem): Promise<void> {
  await post(system, '/__reset', {});
}

async function post(system: RunningSystem, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${system.simulatorUrl('opsgenie')}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
}

import type { RunningSystem } from '@gomon/testing';

/** Makes the simulated API server misbehave, e.g. `/__away` with `{on: true}`. */
export async function controlCluster(
  system: RunningSystem,
  path: '/__away' | '/__watches' | '/__faults' | '/__compact' | '/__reset',
  body: unknown = {},
): Promise<void> {
  const response = await fetch(`${system.simulatorUrl('kubernetes')}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
}

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const received = z.array(
  z.object({ at: z.string(), method: z.string(), status: z.number().nullable(), args: z.json().optional() }),
);

/** Resolves with when the simulated Slack took the first post of each name, once all of them are there. Epoch ms. */
export async function whenPosted(
  slackUrl: string,
  names: readonly string[],
  withinMs: number,
): Promise<ReadonlyMap<string, number>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = postedIn(received.parse(await (await fetch(`${slackUrl}/__received`)).json()), names);
    if (found.size === names.length) return found;
    if (Date.now() > deadline) {
      throw new Error(`Slack has ${found.size} of ${names.length} messages after ${withinMs / 1_000} s`);
    }
    await pause(500);
  }
}

function postedIn(calls: z.infer<typeof received>, names: readonly string[]): ReadonlyMap<string, number> {
  const wanted = new Set(names);
  const found = new Map<string, number>();
  for (const { at, method, status, args } of calls) {
    if (method !== 'chat.postMessage' || status !== 200) continue;
    for (const name of JSON.stringify(args ?? '').match(/bench-[\w-]+/g) ?? []) {
      if (wanted.has(name) && !found.has(name)) found.set(name, Date.parse(at));
    }
  }
  return found;
}

import type { RunningSystem } from '@gomon/testing';
import { z } from 'zod';

const message = z.looseObject({
  ts: z.string(),
  text: z.string().nullish(),
  blocks: z.array(z.looseObject({})).nullish(),
  metadata: z.looseObject({ event_payload: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  thread_ts: z.string().nullish(),
  deleted: z.boolean().nullish(),
});
export type SlackMessage = z.infer<typeof message>;

const slackState = z.looseObject({
  channels: z.array(z.looseObject({ id: z.string(), name: z.string(), messages: z.array(message) })),
});

/** Where a parent message stands, and what it says. */
export interface Parent {
  readonly channel: string;
  readonly channelId: string;
  readonly message: SlackMessage;
}

/** The parent messages of problems, by problem id, as the simulated Slack shows them now. */
export async function parentsInSlack(system: RunningSystem): Promise<ReadonlyMap<string, readonly Parent[]>> {
  const response = await fetch(`${system.slackUrl}/__state`);
  const { channels } = slackState.parse(await response.json());
  const parents = channels.flatMap(({ id, name, messages }) =>
    messages
      .filter(({ deleted, thread_ts, ts }) => deleted !== true && (thread_ts ?? ts) === ts)
      .map((each) => ({ channel: `#${name.replace(/^#/, '')}`, channelId: id, message: each })),
  );
  return Map.groupBy(parents, ({ message: { metadata } }) => problemIdIn(metadata?.event_payload));
}

function problemIdIn(payload: Readonly<Record<string, unknown>> | null | undefined): string {
  const id = payload?.['problem_id'];
  return typeof id === 'string' ? id : '';
}

/** Makes the simulated Slack misbehave. */
export async function slackFault(
  system: RunningSystem,
  fault: Readonly<Record<string, unknown>>,
): Promise<void> {
  await control(system, '/__faults', fault);
}

/** A person presses a button; Slack sends the signed interaction. `value`: of a button that is gone from the message. */
export async function click(
  system: RunningSystem,
  parent: Parent,
  actionId: string,
  user: string,
  value?: string,
): Promise<unknown> {
  const { channelId, message } = parent;
  return control(system, '/__click', { channel: channelId, ts: message.ts, actionId, user, value });
}

/** What was told to one person alone. */
export async function ephemeralsFor(system: RunningSystem, user: string): Promise<readonly string[]> {
  const response = await fetch(`${system.slackUrl}/__state`);
  const { ephemerals } = z
    .looseObject({ ephemerals: z.array(z.looseObject({ user: z.string(), text: z.string() })) })
    .parse(await response.json());
  return ephemerals.filter((each) => each.user === user).map(({ text }) => text);
}

export async function resetFaults(system: RunningSystem): Promise<void> {
  await control(system, '/__reset', { faults: true });
}

async function control(system: RunningSystem, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${system.slackUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

import { z } from 'zod';

/** What Slack answers, as far as it is looked at (https://docs.slack.dev/reference/methods). */
export const postAnswer = z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() });
export const updateAnswer = z.object({ ok: z.literal(true), ts: z.string() });
export const plainAnswer = z.object({ ok: z.literal(true) });

const page = {
  ok: z.literal(true),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
};

export const channelsAnswer = z.object({
  ...page,
  channels: z.array(z.object({ id: z.string(), name: z.string() })),
});
export const historyAnswer = z.object({
  ...page,
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_payload: z.record(z.string(), z.unknown()).optional() }).optional(),
    }),
  ),
});

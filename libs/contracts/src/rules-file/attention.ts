import { z } from 'zod';
import { severity } from '../severity.js';
import { duration } from './duration.js';
import { channel, ruleName, which } from './which.js';

const LONGEST_HOLD_MS = 1_500;

/** The goal is two seconds from the source to the receiver. */
export const hold = duration
  .refine((ms) => ms <= LONGEST_HOLD_MS, 'at most 1s500ms')
  .default(1_000)
  .meta({
    description:
      'What is neither P0 nor P1 waits for so long before it is told, so that a burst is one message; at most `1s500ms`.',
  });

const step = z
  .strictObject({
    after: duration.meta({ description: 'After attention was asked for and nobody acknowledged it.' }),
    to: severity.optional().meta({ description: 'What it becomes, where that is worse than it is.' }),
    mention: z.array(z.string().min(1)).default([]).meta({
      description:
        'Who is mentioned in Slack: names of `people`, ids of members (`U…`) or user groups (`S…`), `here` or `channel`.',
    }),
  })
  .meta({ description: 'What happens to a problem that nobody acknowledges.' });
export type EscalationStep = z.output<typeof step>;

const escalate = z.array(step).meta({ description: 'In the order of their times.' });

export const unacknowledged = z
  .strictObject({
    severities: z
      .array(severity)
      .default(['P0', 'P1'])
      .meta({ description: 'Which problems are reminded of and escalated.' }),
    remind: z
      .strictObject({
        every: duration.default(300_000).meta({ description: 'How long after it was told last.' }),
        times: z.number().int().min(0).max(100).default(2).meta({ description: 'How often; 0: never.' }),
      })
      .prefault({})
      .meta({ description: 'Tells it again.' }),
    escalate: escalate.default([{ after: 900_000, mention: ['here'] }]),
  })
  .prefault({})
  .meta({ description: 'What happens while nobody acknowledges a problem.' });

const owner = z
  .strictObject({
    ...which,
    name: ruleName.meta({ description: 'The team.' }),
    slack: z
      .strictObject({ channel })
      .optional()
      .meta({ description: 'Where routes with `receiver: owner` lead.' }),
    escalate: escalate.optional().meta({ description: 'Instead of `unacknowledged.escalate`.' }),
  })
  .meta({ description: 'A team, and the alerts that are its own.' });

export const owners = z.array(owner).default([]).meta({
  description: 'Whose an alert is: the first that is for it.',
});

export const runbooks = z
  .array(
    z
      .strictObject({
        ...which,
        url: z.url({ protocol: /^https?$/ }).meta({ description: 'Where to read what to do.' }),
      })
      .meta({ description: 'Names the runbook of alerts that name none themselves.' }),
  )
  .default([])
  .meta({ description: 'The first that is for an alert which has no annotation `runbook_url`.' });

/** Receivers that routes may name beside those of the file: the channel of an alert’s owner. */
export const OWNER_RECEIVER = 'owner';
const SLACK_ID = /^[UWS][A-Z0-9]{6,}$/;

/** What is wrong with whom a step mentions; undefined: nothing. */
export function faultOfMention(
  mention: string,
  people: readonly { readonly name: string; readonly slack?: string | undefined }[],
): string | undefined {
  if (mention === 'here' || mention === 'channel' || SLACK_ID.test(mention)) return undefined;
  const person = people.find(({ name }) => name === mention);
  if (person === undefined) return `there is nobody called ${mention} among the people`;
  return person.slack === undefined ? `${mention} has no Slack id among the people` : undefined;
}

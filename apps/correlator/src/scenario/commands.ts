import { matcher, matcherText, severity } from '@gomon/contracts';
import { z } from 'zod';
import { labelSubset } from './label-subset.js';
import { at } from './moment.js';

const common = {
  at,
  /** Who does it: the id of a member in Slack. */
  user: z.string().min(1).default('U1'),
};
/** Whose problem it is about: the labels of one of its alerts. */
const ofProblem = { ...common, alert: labelSubset };
const note = z.string().min(1).optional();

/** All of them must match, as in a rules file, or the labels that a silenced alert has. */
const ofSilence = {
  ...common,
  alert: labelSubset.default([]),
  matchers: z
    .union(
      [z.array(z.union([matcherText, matcher])), labelSubset],
      'a list of matchers such as namespace="shop", or labels',
    )
    .default([]),
};

/** What a person can do in a scenario, by name. */
export const command = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('acknowledge'), ...ofProblem, note }),
  z.strictObject({ command: z.literal('unacknowledge'), ...ofProblem, note }),
  z.strictObject({ command: z.literal('escalate'), ...ofProblem, to: severity.optional(), note }),
  z.strictObject({ command: z.literal('deescalate'), ...ofProblem, to: severity.optional(), note }),
  z.strictObject({ command: z.literal('assign'), ...ofProblem, to: z.string().min(1).optional() }),
  z.strictObject({ command: z.literal('note'), ...ofProblem, text: z.string().min(1) }),
  z.strictObject({ command: z.literal('resolve'), ...ofProblem, reason: note }),
  z.strictObject({ command: z.literal('reopen'), ...ofProblem, reason: note }),
  z.strictObject({ command: z.literal('merge'), ...ofProblem, into: labelSubset, reason: note }),
  z.strictObject({ command: z.literal('split'), ...ofProblem, reason: note }),
  z.strictObject({ command: z.literal('move'), ...ofProblem, into: labelSubset, reason: note }),
  z.strictObject({
    command: z.literal('silence'),
    ...ofSilence,
    /** Seconds; absent: to the end of the scenario. */
    duration: z.number().positive().optional(),
    comment: z.string().min(1).default('a silence of the scenario'),
  }),
  z.strictObject({ command: z.literal('unsilence'), ...ofSilence }),
]);
export type Command = z.output<typeof command>;
export type SilenceTerms = Extract<Command, { command: 'silence' | 'unsilence' }>;
export type ProblemStep = Exclude<Command, SilenceTerms>;

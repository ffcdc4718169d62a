import { z } from 'zod';
import { actor, role } from './actor.js';
import { alertView } from './alert.js';
import { cloudEvent } from './cloud-event.js';
import { linkedIncident } from './incident.js';
import { problemView, told } from './problem.js';
import { recurrence } from './recurrence.js';
import { rulesVersionRef } from './rules-version.js';
import { severity } from './severity.js';
import { silence, silenceTerms } from './silence.js';
import { timestamp } from './timestamp.js';
import { tokenHash, tokenName, tokenView } from './token.js';

/** A command may name the problem itself or one of its alerts. */
export const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('problem'), id: z.uuid() }),
  z.object({ kind: z.literal('alert'), id: z.uuid() }),
]);
export type Target = z.infer<typeof target>;

const common = {
  actor,
  /** Core NATS subject that gets the answer after the correlator's commit. */
  replyTo: z.string().optional(),
};

export const acknowledgeProblem = z.object({ ...common, target, note: z.string().max(4000).optional() });
/** Nobody is on it any more. */
export const unacknowledgeProblem = z.object({ ...common, target, note: z.string().max(4000).optional() });
/** It is worse than its source says: by one level, or to a level. */
export const escalateProblem = z.object({
  ...common,
  target,
  to: severity.optional(),
  note: z.string().max(4000).optional(),
});
/** It is less bad than it stands: by one level, or to a level. */
export const deescalateProblem = z.object({
  ...common,
  target,
  to: severity.optional(),
  note: z.string().max(4000).optional(),
});
/** It is somebody's: by name or address, or the actor's own by the actor's id; without a name nobody's. */
export const assignProblem = z.object({ ...common, target, to: z.string().min(1).max(200).optional() });
export const addNote = z.object({ ...common, target, text: z.string().min(1).max(4000) });
export const resolveProblem = z.object({
  ...common,
  target,
  reason: z.string().max(4000).optional(),
  /** It was nothing that anybody should have been told. */
  noise: z.boolean().optional(),
});
/** So many alerts are named at most. */
export const MOST_NAMED_ALERTS = 1_000;
const alertIds = z.array(z.uuid()).min(1).max(MOST_NAMED_ALERTS);
const why = z.string().max(4000).optional();
/** A problem becomes part of another one, which goes on. */
export const mergeProblems = z.object({ ...common, target, into: z.uuid(), reason: why });
/** Some alerts of a problem become a problem of their own. */
export const splitProblem = z.object({ ...common, target, alertIds, reason: why });
/** Some alerts of a problem become part of another one. */
export const moveAlerts = z.object({ ...common, target, alertIds, to: z.uuid(), reason: why });
/** Takes back an end by hand. */
export const reopenProblem = z.object({ ...common, target, reason: z.string().max(4000).optional() });
export const archiveAlert = z.object({ ...common, alertId: z.uuid(), reason: z.string().min(1).max(4000) });
/** Somebody must own the problem: an incident is opened for it, whatever its severity. */
export const openIncident = z.object({ ...common, target, note: z.string().max(4000).optional() });
/** What became of an incident in the provider. */
export const recordIncident = z.object({
  ...common,
  problemId: z.uuid(),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('linked'), linked: linkedIncident }),
    z.object({ kind: z.literal('failed'), at: timestamp, reason: z.string() }),
  ]),
});
/** A gateway says what it told where (or that it cannot), so that the record stands in PostgreSQL. */
export const recordTold = z.object({
  ...common,
  problemId: z.uuid(),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('told'), told }),
    z.object({
      kind: z.literal('failed'),
      receiver: z.enum(['slack']),
      channel: z.string(),
      version: z.number().int().positive(),
      at: timestamp,
      reason: z.string(),
    }),
  ]),
});
const silenceFields = {
  matchers: silenceTerms.shape.matchers.default([]),
  /** Absent: now. */
  startsAt: timestamp.optional(),
  endsAt: timestamp.optional(),
  /** Instead of `endsAt`, from the beginning on. */
  forMs: z
    .number()
    .int()
    .positive()
    .max(366 * 86_400_000)
    .optional(),
  untilResolved: z.boolean().optional(),
  recurrence: recurrence.optional(),
  comment: silenceTerms.shape.comment,
};
/** Something is not to be told: by matchers, or one alert (of a problem: its primary). */
export const createSilence = z.object({ ...common, ...silenceFields, target: target.optional() });
/** Other terms for a silence that is not over; what is absent stays. */
export const updateSilence = z.object({
  ...common,
  silenceId: z.uuid(),
  matchers: silenceTerms.shape.matchers.optional(),
  startsAt: timestamp.optional(),
  endsAt: timestamp.optional(),
  recurrence: recurrence.optional(),
  comment: silenceTerms.shape.comment.optional(),
});
/** A silence ends now. */
export const expireSilence = z.object({
  ...common,
  silenceId: z.uuid(),
  reason: z.string().max(4000).optional(),
});
/** The longest rules file. */
export const MOST_RULES_LENGTH = 262_144;
/** A text becomes the rules in force. */
export const applyRules = z.object({
  ...common,
  content: z.string().max(MOST_RULES_LENGTH),
  note: z.string().max(4000).optional(),
});
/** The text of an earlier version becomes the rules in force, as a version of its own. */
export const rollBackRules = z.object({
  ...common,
  version: z.number().int().positive(),
  note: z.string().max(4000).optional(),
});

/** Another token that opens the API; whoever makes it keeps the secret, and tells its hash. */
export const createToken = z.object({ ...common, name: tokenName, role, hash: tokenHash });
/** A token opens nothing any more. */
export const revokeToken = z.object({ ...common, name: tokenName });

export const acknowledgeProblemCommand = cloudEvent(
  'gomon.command.v1.acknowledge-problem',
  acknowledgeProblem,
);
export const resolveProblemCommand = cloudEvent('gomon.command.v1.resolve-problem', resolveProblem);
export const unacknowledgeProblemCommand = cloudEvent(
  'gomon.command.v1.unacknowledge-problem',
  unacknowledgeProblem,
);
export const escalateProblemCommand = cloudEvent('gomon.command.v1.escalate-problem', escalateProblem);
export const deescalateProblemCommand = cloudEvent('gomon.command.v1.deescalate-problem', deescalateProblem);
export const assignProblemCommand = cloudEvent('gomon.command.v1.assign-problem', assignProblem);
export const addNoteCommand = cloudEvent('gomon.command.v1.add-note', addNote);
export const reopenProblemCommand = cloudEvent('gomon.command.v1.reopen-problem', reopenProblem);
export const mergeProblemsCommand = cloudEvent('gomon.command.v1.merge-problems', mergeProblems);
export const splitProblemCommand = cloudEvent('gomon.command.v1.split-problem', splitProblem);
export const moveAlertsCommand = cloudEvent('gomon.command.v1.move-alerts', moveAlerts);
export const archiveAlertCommand = cloudEvent('gomon.command.v1.archive-alert', archiveAlert);
export const recordToldCommand = cloudEvent('gomon.command.v1.record-told', recordTold);

export const openIncidentCommand = cloudEvent('gomon.command.v1.open-incident', openIncident);
export const recordIncidentCommand = cloudEvent('gomon.command.v1.record-incident', recordIncident);

export const createSilenceCommand = cloudEvent('gomon.command.v1.create-silence', createSilence);
export const updateSilenceCommand = cloudEvent('gomon.command.v1.update-silence', updateSilence);
export const expireSilenceCommand = cloudEvent('gomon.command.v1.expire-silence', expireSilence);

export const applyRulesCommand = cloudEvent('gomon.command.v1.apply-rules', applyRules);
export const rollBackRulesCommand = cloudEvent('gomon.command.v1.roll-back-rules', rollBackRules);
export type RulesCommand = z.infer<typeof applyRulesCommand> | z.infer<typeof rollBackRulesCommand>;

export const createTokenCommand = cloudEvent('gomon.command.v1.create-token', createToken);
export const revokeTokenCommand = cloudEvent('gomon.command.v1.revoke-token', revokeToken);
export type TokenCommand = z.infer<typeof createTokenCommand> | z.infer<typeof revokeTokenCommand>;

/** What is decided about alerts and problems. */
export const alertCommandEvent = z.discriminatedUnion('type', [
  acknowledgeProblemCommand,
  unacknowledgeProblemCommand,
  escalateProblemCommand,
  deescalateProblemCommand,
  assignProblemCommand,
  addNoteCommand,
  resolveProblemCommand,
  reopenProblemCommand,
  mergeProblemsCommand,
  splitProblemCommand,
  moveAlertsCommand,
  archiveAlertCommand,
  recordToldCommand,
  openIncidentCommand,
  recordIncidentCommand,
  createSilenceCommand,
  updateSilenceCommand,
  expireSilenceCommand,
]);
export type AlertCommand = z.infer<typeof alertCommandEvent>;

/** Any command; its event id is its identity: the same id has one effect, however often it is delivered. */
export const commandEvent = z.discriminatedUnion('type', [
  alertCommandEvent,
  applyRulesCommand,
  rollBackRulesCommand,
  createTokenCommand,
  revokeTokenCommand,
]);
export type CommandEvent = z.infer<typeof commandEvent>;

/** What became of a command, answered after the commit. */
export const commandAnswer = z.object({
  commandId: z.string(),
  /**
   * done: it changed something. without-effect: it came too late or again. not-found: there is no such target. forbidden:
   * whoever asked may not. refused: what was asked for cannot be.
   */
  outcome: z.enum(['done', 'without-effect', 'not-found', 'forbidden', 'refused']),
  /** For the person who asked, e.g. "it ended at 09:41 UTC". */
  message: z.string(),
  /** What that person should know beside. */
  hint: z.string().optional(),
  problem: problemView.optional(),
  alert: alertView.optional(),
  silence: silence.optional(),
  token: tokenView.optional(),
  /** The version of the rules that is in force because of it. */
  rules: rulesVersionRef.optional(),
});
export type CommandAnswer = z.infer<typeof commandAnswer>;

import {
  acknowledgeProblemCommand,
  archiveAlertCommand,
  commandAnswer,
  openIncidentCommand,
  recordIncidentCommand,
  recordToldCommand,
  resolveProblemCommand,
} from '../command.js';
import { AT, ALERT_ID, PROBLEM_ID, alice, told, event, type Entry } from './example-values.js';

const target = { kind: 'problem', id: PROBLEM_ID } as const;

export const COMMANDS: readonly Entry[] = [
  {
    name: 'Acknowledge a problem',
    subject: 'gomon.command.v1.acknowledge-problem',
    what: 'Somebody is on it.',
    from: 'slack-gateway, api-gateway',
    to: 'correlator',
    schema: acknowledgeProblemCommand,
    example: event(
      'gomon.command.v1.acknowledge-problem',
      { actor: alice, target, note: 'looking' },
      'press.1f2e3d4c',
      'slack-gateway',
    ),
  },
  {
    name: 'Resolve a problem',
    subject: 'gomon.command.v1.resolve-problem',
    what: 'Ended by hand; provisional, its source may still report it.',
    from: 'slack-gateway, api-gateway',
    to: 'correlator',
    schema: resolveProblemCommand,
    example: event(
      'gomon.command.v1.resolve-problem',
      { actor: alice, target },
      'press.5a6b7c8d',
      'slack-gateway',
    ),
  },
  {
    name: 'Archive an alert',
    subject: 'gomon.command.v1.archive-alert',
    what: 'Put away, with a reason.',
    from: 'api-gateway',
    to: 'correlator',
    schema: archiveAlertCommand,
    example: event(
      'gomon.command.v1.archive-alert',
      { actor: { kind: 'api', id: 'ops' }, alertId: ALERT_ID, reason: 'a test of ours' },
      'api.9e8d7c6b',
      'api-gateway',
    ),
  },
  {
    name: 'Record what was told',
    subject: 'gomon.command.v1.record-told',
    what: 'Where a problem stands in Slack now, or why it does not.',
    from: 'slack-gateway',
    to: 'correlator',
    schema: recordToldCommand,
    example: event(
      'gomon.command.v1.record-told',
      {
        actor: { kind: 'system', id: 'slack-gateway' },
        problemId: PROBLEM_ID,
        outcome: { kind: 'told', told },
      },
      `told.${PROBLEM_ID}.1.${told.ts}`,
      'slack-gateway',
    ),
  },
  {
    name: 'Open an incident',
    subject: 'gomon.command.v1.open-incident',
    what: 'Somebody must own the problem, whatever its severity.',
    from: 'slack-gateway',
    to: 'correlator',
    schema: openIncidentCommand,
    example: event(
      'gomon.command.v1.open-incident',
      { actor: alice, target },
      'press.7c6b5a49',
      'slack-gateway',
    ),
  },
  {
    name: 'Record what became of an incident',
    subject: 'gomon.command.v1.record-incident',
    what: 'What the provider has of it now, or why it has nothing.',
    from: 'incident-sync',
    to: 'correlator',
    schema: recordIncidentCommand,
    example: event(
      'gomon.command.v1.record-incident',
      {
        actor: { kind: 'system', id: 'incident-sync' },
        problemId: PROBLEM_ID,
        outcome: {
          kind: 'linked',
          linked: {
            opsgenieIncidentId: 'e5b2a8c4-0d5f-4a63-9b0d-3f1c2d4e5f60',
            externalUrl: 'https://app.opsgenie.com/incident/detail/e5b2a8c4-0d5f-4a63-9b0d-3f1c2d4e5f60',
            providerStatus: 'open',
            at: AT,
          },
        },
      },
      `incident.${PROBLEM_ID}.open`,
      'incident-sync',
    ),
  },
  {
    name: 'Answer to a command',
    subject: '<replyTo of the command>',
    what: 'What became of it, after the commit; core NATS, no CloudEvent.',
    from: 'correlator',
    to: 'whoever sent the command',
    schema: commandAnswer,
    example: { commandId: 'press.1f2e3d4c', outcome: 'without-effect', message: 'it ended at 09:55 UTC' },
  },
];

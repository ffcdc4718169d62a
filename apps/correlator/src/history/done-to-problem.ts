import type { AlertCommand, Target } from '@gomon/contracts';

/** What a person did to a problem, as a scenario calls it. */
export interface DoneToProblem {
  readonly command: string;
  readonly target: Target;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Undefined: it is about something else, or a scenario cannot tell it. */
export function doneToProblem({ type, data }: AlertCommand): DoneToProblem | undefined {
  switch (type) {
    case 'gomon.command.v1.acknowledge-problem':
      return { command: 'acknowledge', target: data.target, fields: { note: data.note } };
    case 'gomon.command.v1.unacknowledge-problem':
      return { command: 'unacknowledge', target: data.target, fields: { note: data.note } };
    case 'gomon.command.v1.escalate-problem':
      return { command: 'escalate', target: data.target, fields: { to: data.to, note: data.note } };
    case 'gomon.command.v1.deescalate-problem':
      return { command: 'deescalate', target: data.target, fields: { to: data.to, note: data.note } };
    case 'gomon.command.v1.assign-problem':
      return { command: 'assign', target: data.target, fields: { to: data.to } };
    case 'gomon.command.v1.add-note':
      return { command: 'note', target: data.target, fields: { text: data.text } };
    case 'gomon.command.v1.resolve-problem':
      return { command: 'resolve', target: data.target, fields: { reason: data.reason } };
    case 'gomon.command.v1.reopen-problem':
      return { command: 'reopen', target: data.target, fields: { reason: data.reason } };
    default:
      return undefined;
  }
}

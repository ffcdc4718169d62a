import type { ProblemView } from '@gomon/contracts';
import { z } from 'zod';
import { messageOf, priorityOf } from '../opsgenie/incident-body.js';

/**
 * What people on call see first of an incident, as we brought it to Opsgenie. A part that is absent is not known (the claim is
 * of an earlier version, or was lost, or a change is on its way): it is brought there once.
 */
export const headline = z.object({
  message: z.string().optional(),
  priority: z.string().optional(),
  /** The primary alert whose title it was: with another one, the likely cause has changed. */
  primaryId: z.string().optional(),
});
export type Headline = z.infer<typeof headline>;

export function headlineOf(problem: ProblemView): Readonly<Record<keyof Headline, string>> {
  return {
    message: messageOf(problem),
    priority: priorityOf(problem),
    primaryId: problem.primary.alertId,
  };
}

/** Nothing of it has to be brought, or remembered. */
export function isHeadlineOf(known: Headline, problem: ProblemView): boolean {
  const { message, priority, primaryId } = headlineOf(problem);
  return known.message === message && known.priority === priority && known.primaryId === primaryId;
}

import { cutText, type ProblemView, type Severity } from '@gomon/contracts';

/** Opsgenie's own limits (https://docs.opsgenie.com/docs/incident-api), in characters. */
const LIMITS = { message: 130, description: 15_000, detail: 500, details: 7_500 } as const;

/** Opsgenie counts from P1. */
const PRIORITIES: Readonly<Record<Severity, string>> = { P0: 'P1', P1: 'P2', P2: 'P3', P3: 'P4', P4: 'P5' };

/** What an incident is created with. */
export interface IncidentBody {
  readonly message: string;
  readonly description: string;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly details: Readonly<Record<string, string>>;
  readonly responders?: readonly { readonly type: 'team'; readonly name: string }[];
  readonly impactedServices?: readonly string[];
}

/** By this tag an incident is found again. */
export function tagOf(incidentId: string): string {
  return `gomon:${incidentId}`;
}

/** Pure. `called`: who and what is set for all incidents. */
export function incidentBody(
  problem: ProblemView,
  incidentId: string,
  called: { readonly team?: string | undefined; readonly serviceId?: string | undefined } = {},
): IncidentBody {
  const { annotations, labels } = problem.primary;
  const texts = ['summary', 'description', 'message'].flatMap((name) => annotations[name] ?? []);
  const description = [
    ...new Set(texts),
    `Problem ${problem.id} from ${problem.source.kind}/${problem.source.instance}, firing since ${problem.startsAt}.`,
  ].join('\n\n');
  return {
    message: messageOf(problem),
    description: cutText(description, LIMITS.description),
    priority: priorityOf(problem),
    tags: ['gomon', problem.severity, tagOf(incidentId)],
    details: detailsOf(problem, labels),
    ...(called.team === undefined ? {} : { responders: [{ type: 'team', name: called.team }] }),
    ...(called.serviceId === undefined ? {} : { impactedServices: [called.serviceId] }),
  };
}

/** Its title, as far as Opsgenie takes it. */
export function messageOf({ title }: Pick<ProblemView, 'title'>): string {
  return cutCodePoints(title, LIMITS.message);
}

export function priorityOf({ severity }: Pick<ProblemView, 'severity'>): string {
  return PRIORITIES[severity];
}

/** What the problem is comes first, whatever labels of one of its alerts say; text for each key, all within the limit. */
function detailsOf(
  { id, severity }: Pick<ProblemView, 'id' | 'severity'>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = { problem: id, severity };
  let left: number = LIMITS.details;
  return Object.fromEntries(
    Object.entries({ ...own, ...labels, ...own }).flatMap(([name, value]) => {
      const key = cutText(name, 100);
      const text = cutText(value, LIMITS.detail);
      left -= key.length + text.length;
      return left < 0 ? [] : [[key, text]];
    }),
  );
}

/** Opsgenie refuses what is longer, counting code points. */
function cutCodePoints(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

import type { Severity } from '@gomon/contracts';

export type RuleId =
  | 'PodCrashLooping'
  | 'PodImagePullFailed'
  | 'PodOOMKilled'
  | 'PodNotReady'
  | 'NodeNotReady'
  | 'NodeUnreachable'
  | 'DeploymentRolloutStuck';

/** What an alert is about, and with the rule its identity: the owner, since pods come and go under other names. */
export interface Subject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly container?: string;
}

/**
 * What a rule holds of a thing. It follows from the objects and the time alone, so that a watcher that starts anew says the
 * same.
 *
 * - firing: the condition holds, for long enough.
 * - undecided: it holds, but not for long enough yet; or it has ended, but not for long enough; or another rule tells it. An
 *   open alert stays open, and none opens.
 *
 * What is not judged at all is clear.
 */
export interface Verdict {
  readonly rule: RuleId;
  readonly state: 'firing' | 'undecided';
  readonly subject: Subject;
  readonly severity: Severity;
  /** When the condition began, or ended, by the object's own times. RFC 3339 in UTC with milliseconds. */
  readonly since: string;
  readonly title: string;
  readonly description: string;
  /** What describes it beside its identity: pod, node, image, … */
  readonly labels: Readonly<Record<string, string>>;
  /** When it would change by time alone. */
  readonly changesAt?: string;
}

/** What a rule finds of one thing; several have the same identity, e.g. the pods of a Deployment. */
export interface Finding extends Omit<Verdict, 'rule' | 'severity'> {
  /** Where it is another than that of its rule. */
  readonly severity?: Severity;
  /** It belongs to what the cluster itself stands on, whatever its namespace. */
  readonly isCritical?: boolean;
}

export function identityOf(rule: RuleId, { kind, namespace = '', name, container = '' }: Subject): string {
  return JSON.stringify([rule, kind, namespace, name, container]);
}

import { createHash } from 'node:crypto';
import type { Observation } from '@gomon/contracts';
import type { Judged } from '../rules/judge.js';
import { identityOf, type Verdict } from '../rules/verdict.js';

/** By it the correlator's alert and our verdict know each other. */
export function keyOf({ rule, subject }: Pick<Verdict, 'rule' | 'subject'>): string {
  return createHash('sha256').update(identityOf(rule, subject)).digest('hex').slice(0, 16);
}

/** A part of the cluster in whose snapshots an alert is held. */
export function extentOf({ extent, verdict }: Judged): string {
  const { namespace } = verdict.subject;
  return namespace === undefined ? extent : `${extent}/${namespace}`;
}

/** A verdict as an alert. `endedAt`: it is over since then. RFC 3339. */
export function observationOf(judged: Judged, cluster: string, endedAt?: string): Observation {
  const { verdict } = judged;
  const { kind, namespace, name, container } = verdict.subject;
  return {
    status: endedAt === undefined ? 'firing' : 'resolved',
    labels: {
      ...verdict.labels,
      alertname: verdict.rule,
      severity: verdict.severity,
      cluster,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(container === undefined ? {} : { container }),
    },
    annotations: { summary: verdict.title, description: verdict.description },
    startsAt: verdict.since,
    ...(endedAt === undefined ? {} : { endsAt: endedAt }),
    senderFingerprint: keyOf(verdict),
    extent: extentOf(judged),
  };
}

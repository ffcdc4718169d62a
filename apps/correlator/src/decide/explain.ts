import type { Explanation, Labels, Source } from '@gomon/contracts';
import { whyIncident } from './decide-incident.js';
import { fingerprintsOf, identifyingLabels, titleOf } from './identity.js';
import { routeOf, severityBy, type Rules } from './rules.js';

/** What would happen to an alert that is new, and by which rule. */
export function explain(
  { labels, source, scope }: { readonly labels: Labels; readonly source: Source; readonly scope: string },
  rules: Rules,
): Explanation {
  const severity = severityBy(labels, source, rules);
  const [fingerprint] = fingerprintsOf(scope, source, labels, rules);
  const incident = whyIncident(severity.severity, rules);
  const endsAfterMs = rules.resolveTimeoutMs.get(source.kind);
  return {
    rules: { version: rules.version },
    title: titleOf(labels, {}),
    fingerprint,
    identity: Object.fromEntries(identifyingLabels(rules.identity, source, labels)),
    severity,
    told: routeOf(labels, source, severity.severity, rules),
    ...(incident === undefined ? {} : { incident }),
    ...(endsAfterMs === undefined ? {} : { endsAfterMs }),
  };
}

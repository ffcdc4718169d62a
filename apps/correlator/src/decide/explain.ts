import type { Explanation, Labels, Source } from '@gomon/contracts';
import { aboutOf } from './about.js';
import { heldUntil } from './attention.js';
import { whyIncident } from './decide-incident.js';
import { fingerprintsOf, identifyingLabels, titleOf } from './identity.js';
import { inhibitionsOf } from './inhibition.js';
import { evidence, ownerOf, routeOf, severityBy, type Rules } from './rules.js';
import { muteBy, stateAt } from './silences.js';
import type { Around } from './state.js';
import { span } from './time.js';

/** What would happen to an alert that is new, and by which rule. */
export function explain(
  { labels, source, scope }: { readonly labels: Labels; readonly source: Source; readonly scope: string },
  around: Around,
  rules: Rules,
  now: string,
): Explanation {
  const severity = severityBy(labels, source, rules);
  const [fingerprint] = fingerprintsOf(scope, source, labels, rules);
  const incident = whyIncident(severity.severity, rules);
  const endsAfterMs = rules.resolveTimeoutMs.get(source.kind);
  const said = { labels, annotations: {} };
  const alert = { scope, fingerprint, said };
  const silences = around.silences.filter((one) => stateAt(one, now) === 'active' && one.isFor(alert));
  const owner = ownerOf(labels, source, rules);
  const { runbookUrl } = aboutOf(said, { source, scope }, rules, around.topology);
  return {
    rules: { version: rules.version },
    title: titleOf(labels, {}),
    fingerprint,
    identity: Object.fromEntries(identifyingLabels(rules.identity, source, labels)),
    severity,
    told: routeOf(labels, source, severity.severity, rules),
    ...(owner === undefined
      ? {}
      : { owner: { name: owner.name, why: evidence(owner, labels, source).join(', ') || 'every alert' } }),
    mutedBy: [
      ...silences.map((one) => muteBy(one, alert, now)),
      ...inhibitionsOf(alert, rules, around).by,
    ].map(({ why }) => why),
    heartbeats: rules.heartbeats.filter((rule) => rule.isFor(labels, source)).map(({ name }) => name),
    ...(heldUntil(severity.severity, rules, now) === undefined ? {} : { heldMs: rules.holdMs }),
    unacknowledged: unacknowledgedIn(severity.severity, owner?.steps, rules),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
    ...(incident === undefined ? {} : { incident: `${incident}${waitOf(severity.severity, rules)}` }),
    ...(endsAfterMs === undefined ? {} : { endsAfterMs }),
  };
}

/** What is said of the incident that may wait for its cause. */
function waitOf(severity: Explanation['severity']['severity'], { calls, pack }: Rules): string {
  if (severity === 'P0' || calls.waitMs === 0 || !pack.enabled) return '';
  return `; a symptom waits ${span(calls.waitMs)} where somebody was called within ${span(calls.withinMs)} before`;
}

function unacknowledgedIn(
  severity: Explanation['severity']['severity'],
  own: Rules['unacknowledged']['steps'] | undefined,
  { unacknowledged }: Rules,
): string[] {
  const { severities, remindEveryMs, remindTimes, steps } = unacknowledged;
  if (!severities.has(severity)) return [];
  return [
    ...(remindTimes === 0 ? [] : [`reminded of every ${span(remindEveryMs)}, ${remindTimes} times`]),
    ...(own ?? steps).map(({ afterMs, to, mention }) => {
      const worse = to === undefined || to >= severity ? '' : `: ${to}`;
      return `escalated after ${span(afterMs)}${worse}${mention.length === 0 ? '' : `, ${mention.join(', ')} mentioned`}`;
    }),
  ];
}

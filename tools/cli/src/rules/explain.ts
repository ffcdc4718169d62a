import { explanation, type Explanation, type Labels } from '@gomon/contracts';
import { callApi } from '../places/api.js';
import type { Surroundings } from '../places/surroundings.js';
import { printableJson } from '../terminal/printable.js';

const MINUTE_MS = 60_000;

/** What would happen to an alert with these labels now, and by which rule. */
export async function explain(
  around: Surroundings,
  asked: { readonly labels: Labels; readonly source: string; readonly json: boolean },
  say: (line: string) => void,
): Promise<void> {
  const { labels, source } = asked;
  const body = { labels, source: { kind: source, instance: 'default' } };
  const answer = explanation.parse(await callApi(around, '/rules/explain', { method: 'POST', body }));
  say(asked.json ? printableJson(answer, 2) : text(answer));
}

function text({
  rules,
  title,
  identity,
  fingerprint,
  severity,
  told,
  incident,
  endsAfterMs,
  owner,
  mutedBy,
  heartbeats,
  heldMs,
  unacknowledged,
  runbookUrl,
}: Explanation): string {
  const identifying = Object.entries(identity).map(([name, value]) => `${name}="${value}"`);
  return [
    `${title}, by ${rules.version === 0 ? 'the default rules' : `version ${rules.version} of the rules`}:`,
    `  identity   ${identifying.join(', ') || 'its source alone'} (${fingerprint})`,
    `  severity   ${severity.severity}: ${severity.why}`,
    `  told in    ${told.channel}: ${told.why}`,
    `  owner      ${owner === undefined ? 'nobody' : `${owner.name}: ${owner.why}`}`,
    ...heartbeats.map((name) => `  heartbeat  it is a sign of life of ${name}`),
    ...(mutedBy.length === 0 ? [] : mutedBy.map((why) => `  muted      ${why}`)),
    ...(heldMs === undefined ? [] : [`  held       ${heldMs} ms before it is told`]),
    ...unacknowledged.map((what) => `  unanswered ${what}`),
    `  runbook    ${runbookUrl ?? 'none'}`,
    `  incident   ${incident === undefined ? 'none' : `yes: ${incident}`}`,
    `  ends       ${
      endsAfterMs === undefined
        ? 'when its source says so'
        : `when its source says so, or has not repeated it for ${Math.round(endsAfterMs / MINUTE_MS)} minutes`
    }`,
  ].join('\n');
}

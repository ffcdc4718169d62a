/** `for more than 15 minutes`: what is longer than an hour says little about when it began. */
const HELD =
  /\b(?:for|than|last|past|over)\s+(?:more than |longer than |at least |the last )?(\d{1,3})\s?(m|min|mins|minutes?|h|hours?)\b/i;
/** No source is taken to wait longer than this before it says that something is ill. */
export const MOST_HELD_MS = 60 * 60_000;
/** Rules of kubernetes-mixin that wait so long without saying it: https://github.com/kubernetes-monitoring/kubernetes-mixin. */
const HELD_QUARTER =
  /^(?:Kube(?!\w*OOM)(?:Pod|Deployment|StatefulSet|DaemonSet|Container|Job|Hpa|Node)[A-Z]|CPUThrottlingHigh$|TargetDown$)/;
const QUARTER_MS = 15 * 60_000;

/** For how long it may have been true before its source said so, by the name of its rule and its text. */
export function heldMsOf(name: string, text: string): number {
  const [, count = '', unit = ''] = HELD.exec(text) ?? [];
  if (count !== '')
    return Math.min(MOST_HELD_MS, Number(count) * (unit.toLowerCase().startsWith('h') ? 3_600_000 : 60_000));
  return HELD_QUARTER.test(name) ? QUARTER_MS : 0;
}

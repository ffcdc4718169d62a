import { labelOf, type Labels } from '@gomon/contracts';

const AREA = new Set([
  'region',
  'aws_region',
  'site',
  'datacenter',
  'data_center',
  'dc',
  'location',
  'colo',
  'rack',
]);
const NOWHERE: ReadonlyMap<string, string> = new Map();

/** Where in the world labels say that something is, by their names in lower case. */
export function areasOf(labels: Labels): ReadonlyMap<string, string> {
  let found: Map<string, string> | undefined;
  for (const label of Object.keys(labels)) {
    if (!AREA.has(label.toLowerCase())) continue;
    const value = labelOf(labels, label).trim().toLowerCase();
    if (value !== '' && value !== 'global')
      (found ??= new Map<string, string>()).set(label.toLowerCase(), value);
  }
  return found ?? NOWHERE;
}

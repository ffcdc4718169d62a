import { labelOf, type Labels } from '@gomon/contracts';
import { isKnownLabel } from './label-names.js';
import { isCommonWord, isIdentifier, wordsOf } from './words.js';

/** Labels whose values many share that have nothing else in common. */
const WIDE =
  /^(?:dc|datacenter|data_center|site|location|region|role|tier|type|nodepool|node_pool|squad|org|project|stack|chart|release|health_status|schedule|exported_namespace|dest_server|revision|flag|rulegroup|rule_group|grafana_.*|prometheus_.*|app_kubernetes_io_.*|helm_.*|pool_id)$/;

/**
 * Values of labels that say the same of what belongs together, and of nothing else, whatever the labels are called: `orders-2` as
 * circuit and as breaker. What a sender puts on all its alerts their texts do not speak of.
 */
export function sharedLabels(
  labels: Labels,
  words: string,
): { readonly shared: readonly string[]; readonly spoken: readonly string[] } {
  const shared: string[] = [];
  const spoken: string[] = [];
  for (const label of Object.keys(labels)) {
    if ((isKnownLabel(label) && label !== 'dag_id') || WIDE.test(label)) continue;
    const value = labelOf(labels, label).trim().toLowerCase();
    if (value.length > 60 || !isIdentifier(value) || isCommonWord(value)) continue;
    shared.push(value);
    if (words.includes(wordsOf(value))) spoken.push(value);
  }
  return { shared, spoken };
}

import { labelOf, type Labels } from '@gomon/contracts';
import { LABELS } from '../decide/label-names.js';
import {
  APP,
  CALLER,
  DEPENDENCY,
  IMAGE,
  INGRESS,
  INSTANCE,
  NODE,
  PVC,
  STORE,
  TARGET,
  ZONE,
  plainLabel,
} from './label-names.js';

/** Labels by what their values name; of several the first is that which stands first here. */
const MEANINGS = {
  namespace: LABELS.namespace,
  pod: LABELS.pod,
  ingress: INGRESS,
  pvc: PVC,
  app: APP,
  /** A workload, and a number or hash behind it. */
  numbered: ['replicaset', 'job_name'],
  instance: INSTANCE,
  node: NODE,
  store: STORE,
  target: TARGET,
  part: ['device', 'issuer', 'secret', 'configmap'],
  image: IMAGE,
  rack: ['rack', 'row', 'cage', 'pdu'],
  dependency: DEPENDENCY,
  caller: CALLER,
  job: ['job'],
  name: ['name'],
  cluster: ['cluster'],
  zone: ZONE,
} as const satisfies Record<string, readonly string[]>;
export type Meaning = keyof typeof MEANINGS;

const BY_LABEL = Map.groupBy(
  Object.entries(MEANINGS).flatMap(([meaning, names]) =>
    names.map((label, rank) => ({ label, meaning, rank })),
  ),
  ({ label }) => label,
);
const NONE: readonly string[] = [];

/** What the labels say of each, in lower case. Each label is looked at once. */
export function byMeaning(labels: Labels): (meaning: Meaning) => readonly string[] {
  const found = new Map<string, { readonly rank: number; readonly value: string }[]>();
  for (const label of Object.keys(labels)) {
    const meanings = BY_LABEL.get(plainLabel(label));
    const value = meanings === undefined ? '' : labelOf(labels, label).trim().toLowerCase();
    if (meanings === undefined || value === '') continue;
    for (const { meaning, rank } of meanings) {
      const known = found.get(meaning);
      if (known === undefined) found.set(meaning, [{ rank, value }]);
      else known.push({ rank, value });
    }
  }
  return (meaning) => {
    const said = found.get(meaning);
    if (said === undefined) return NONE;
    if (said.length === 1) return said.map(({ value }) => value);
    return [...new Set(said.sort((a, b) => a.rank - b.rank).map(({ value }) => value))];
  };
}

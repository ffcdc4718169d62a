import type { Labels } from '@gomon/contracts';
import { firstOf } from './first-label.js';
import { isOfCertificate, type Kind, type Pack, type Role } from './kinds.js';
import { isCalledAsService, isOfSomebody, namesSomebody } from './products.js';
import { wordsOf } from './words.js';

/** What an alert is. */
export interface Called {
  readonly role: Role;
  /** The kind of what it is one part of: one pod of several. */
  readonly part: Kind | undefined;
}

/** By its name, its labels and the words of its text. `isProbe`: it is told by who asks from outside. */
export function roleOfAlert(
  labels: Labels,
  name: string,
  words: string,
  isProbe: boolean,
  pack: Pack,
): Called {
  const said = probed(labels, name, words, isProbe, pack);
  const component = PART_KINDS.has(said.kind.name) ? componentOf(labels, pack) : undefined;
  if (component?.isWhole !== true) return { role: said, part: component?.kind };
  return { role: pack.roleOf(labels, name, words, component.kind), part: undefined };
}

/**
 * What a probe says nothing else about is that it has failed, one of our own page about our status too; and what it asks of
 * somebody else is that they answer.
 */
function probed(labels: Labels, name: string, words: string, isProbe: boolean, pack: Pack): Role {
  const said = called(labels, name, words, pack);
  const isOfProbe = said.kind.name === 'probe' || (isProbe && !isOfCertificate(said.kind));
  if (isOfProbe && isOfSomebody(labels)) return pack.roleOf(labels, THIRD_PARTY, words);
  if (!isProbe)
    return SYMPTOMS.has(said.kind.name) && isCalledAsService(name, labels)
      ? pack.roleOf(labels, THIRD_PARTY, words)
      : said;
  const isOwnStatus = said.kind.name === 'third-party' && !namesSomebody(`${wordsOf(name)}${words}`, labels);
  // Its text says in whatever words that there was no good answer.
  const isFailure = said.kind.depth >= FAILURES_FROM && !isOfCertificate(said.kind);
  return isFailure || isOwnStatus ? pack.roleOf(labels, PROBE, words) : said;
}

/** A host that is a switch is called as one, and what a provider tells of itself is of that provider. */
function called(labels: Labels, name: string, words: string, pack: Pack): Role {
  if (firstOf(labels, PROVIDER) !== '' && NEWS.test(name)) return pack.roleOf(labels, THIRD_PARTY, words);
  const said = pack.roleOf(labels, name, words);
  if (said.kind.name !== 'node-down') return said;
  const device = NETWORK_DEVICE.exec(firstOf(labels, DEVICE))?.[1];
  return device === undefined ? said : pack.roleOf(labels, `${device} down`, words);
}

const PROVIDER = ['vendor', 'provider', 'third_party', 'thirdparty'];
const NEWS = /\b(?:status ?page|status|incidents?|advisory|health event|outage)\b/i;
/** What lies no deeper says that something does not work, and not why. */
const FAILURES_FROM = 8;
const DEVICE = ['role', 'device_role', 'device_type', 'type', 'hostgroup', 'kind'];
const NETWORK_DEVICE = /^(switch|router|firewall|pdu|ups)(?:es|s)?$/;
/** What an alert that is called as a service of somebody else says of that. */
const SYMPTOMS = new Set(['errors', 'latency', 'unready']);
const PROBE = 'probe failed';
const THIRD_PARTY = 'third party down';

/** Kinds of alerts about a workload, whatever it does. */
const PART_KINDS = new Set([
  'unready',
  'crash',
  'oom',
  'config-error',
  'no-endpoints',
  'target-down',
  'image-pull',
  'rollout-stuck',
]);
const WORKLOAD = ['deployment', 'daemonset', 'statefulset', 'workload', 'service'];

/** What a workload that is ill is a part of, and whether all of it is ill: one pod of several is not. */
function componentOf(
  labels: Labels,
  pack: Pack,
): { readonly kind: Kind; readonly isWhole: boolean } | undefined {
  const pod = firstOf(labels, ['pod', 'pod_name']);
  const of = pod === '' ? firstOf(labels, WORKLOAD) : pod;
  const kind = of === '' ? undefined : pack.componentOf(of);
  return kind === undefined ? undefined : { kind, isWhole: pod === '' || kind.name === 'monitoring' };
}

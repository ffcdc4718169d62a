import type { RuleId } from './verdict.js';

export interface RuleSettings {
  /** How long a condition has to hold, in milliseconds; a rule that is missing has its own. */
  readonly holdMs: Readonly<Partial<Record<RuleId, number>>>;
  /** How long it has to be over. */
  readonly endMs: Readonly<Partial<Record<RuleId, number>>>;
  /** Namespaces where everything is one step worse. */
  readonly systemNamespaces: ReadonlySet<string>;
  /** staging: one step milder, dev: two. */
  readonly profile: 'production' | 'staging' | 'dev';
}

export const DEFAULT_RULE_SETTINGS: RuleSettings = {
  holdMs: {},
  endMs: {},
  systemNamespaces: new Set(['kube-system', 'ingress-nginx', 'cert-manager', 'gomon']),
  profile: 'production',
};

import { labelOf, type Labels } from '@gomon/contracts';

const EXPORTED = 'exported_';
/** What else is of whom Prometheus scrapes, where what the alert is about is in another namespace than that. */
const OF_SCRAPED = new Set(['pod', 'container', 'service', 'endpoint', 'instance', 'job']);

/**
 * The labels of what an alert is about. Where a series says something under a name that Prometheus uses for whom it scrapes,
 * Prometheus calls that `exported_…` (`honor_labels` of
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config): an ingress controller of
 * `namespace="ingress-nginx"` speaks of `exported_namespace="shop"`.
 */
export function withoutScraped(labels: Labels): Labels {
  const exported: [string, string][] = [];
  for (const name in labels) {
    const plain = name.startsWith(EXPORTED) ? name.slice(EXPORTED.length) : '';
    const value = labelOf(labels, name);
    if (plain !== '' && value !== '') exported.push([plain, value]);
  }
  if (exported.length === 0) return labels;
  const isElsewhere = labelOf(labels, 'exported_namespace') !== '';
  const said = Object.entries(labels).filter(([name]) => !isElsewhere || !OF_SCRAPED.has(name));
  return Object.fromEntries([...said, ...exported]);
}

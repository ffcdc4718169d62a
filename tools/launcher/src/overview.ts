import type { RunningPart } from './part.js';
import type { PartName, Settings } from './settings.js';
import { table } from './table.js';

const purposes: Readonly<Record<PartName, readonly [path: string, what: string]>> = {
  'api-gateway': ['/api/docs', 'REST API, for people and tools'],
  ingest: ['/webhooks/grafana', 'where alerts come in'],
  'slack-gateway': ['/slack/interactions', 'where the buttons of Slack arrive'],
  'incident-sync': ['/health/ready', 'mirrors incidents in Opsgenie'],
  'k8s-watcher': ['/health/ready', 'watches the Kubernetes cluster'],
  correlator: ['/health/ready', 'decides what is a problem'],
  'slack-simulator': ['/', 'Slack, simulated: open it to see the channels'],
  'opsgenie-simulator': ['/', 'Opsgenie, simulated: open it to see the incidents'],
  'kubernetes-simulator': ['/__state', 'Kubernetes, simulated: a small cluster'],
  'nats-server': ['', 'messages, each on disk before it counts'],
  postgresql: ['', 'the truth'],
};

/** What runs where, for the terminal: URLs first, no secrets. */
export function overview(settings: Settings, running: ReadonlyMap<PartName, RunningPart>): string {
  const rows = (Object.keys(purposes) as PartName[]).flatMap((name) => {
    const part = running.get(name);
    const url = part?.url ?? replacementUrl(name, settings);
    if (url === undefined) return [];
    const [path, what] = purposes[name];
    return [[`${withoutPassword(url)}${path}`, name, part === undefined ? 'yours' : `pid ${part.pid}`, what]];
  });
  return table(rows);
}

function replacementUrl(name: PartName, settings: Settings): string | undefined {
  if (name === 'nats-server') return settings.natsUrl;
  if (name === 'postgresql') return settings.databaseUrl;
  return undefined;
}

export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.toString();
}

import { grafanaSignature } from './grafana-webhook.js';
import { grafanaTimestampHeader } from './services.js';

/** The front door, and what opens it. */
export interface FrontDoor {
  readonly ingestUrl: string;
  readonly grafanaHmacSecret: string;
  readonly alertmanagerBearer: string;
}

/** @throws Error when it was not taken */
export async function postByAlertmanager(
  { ingestUrl, alertmanagerBearer }: FrontDoor,
  body: string,
): Promise<void> {
  await post(`${ingestUrl}/webhooks/alertmanager`, body, { Authorization: `Bearer ${alertmanagerBearer}` });
}

/** @throws Error when it was not taken */
export async function postByGrafana(
  { ingestUrl, grafanaHmacSecret }: FrontDoor,
  body: string,
): Promise<void> {
  const timestampS = String(Math.floor(Date.now() / 1_000));
  await post(`${ingestUrl}/webhooks/grafana`, body, {
    'X-Grafana-Alerting-Signature': grafanaSignature(grafanaHmacSecret, body, timestampS),
    [grafanaTimestampHeader]: timestampS,
  });
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer.slice(0, 300)}`);
}

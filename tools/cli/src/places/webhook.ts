import { createHmac } from 'node:crypto';
import { jsonOf, request } from './api.js';
import { known, type Surroundings } from './surroundings.js';

/** Posts a body to a door of ingest, with the credentials of what runs here. @throws ApiError, UnknownPlaceError */
export async function postWebhook(around: Surroundings, path: string, body: string): Promise<unknown> {
  const ingest = known(around.services['ingest'], 'ingest', 'which folder with GOMON_DATA');
  const url = `${ingest}${path}`;
  const { status, text } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentialsFor(around, path, body) },
    body,
  });
  return jsonOf(url, status, text);
}

function credentialsFor(around: Surroundings, path: string, body: string): Record<string, string> {
  const { grafanaHmacSecret, alertmanagerBearer } = around;
  if (path === '/webhooks/grafana' && grafanaHmacSecret !== undefined) {
    const seconds = String(Math.floor(Date.now() / 1_000));
    return {
      'x-grafana-alerting-timestamp': seconds,
      'x-grafana-alerting-signature': createHmac('sha256', grafanaHmacSecret)
        .update(`${seconds}:${body}`)
        .digest('hex'),
    };
  }
  return alertmanagerBearer === undefined ? {} : { authorization: `Bearer ${alertmanagerBearer}` };
}

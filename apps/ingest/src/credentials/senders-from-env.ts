import type { IngestEnv } from '../ingest-env.js';
import { basicCredentialOf, credentialOf, type Senders } from './sender.js';

export function grafanaSenders(env: IngestEnv): Senders {
  return {
    isOpen: env.GRAFANA_AUTH === 'off',
    ...(env.GRAFANA_HMAC_SECRETS === undefined
      ? {}
      : {
          hmac: {
            credentials: env.GRAFANA_HMAC_SECRETS.map(credentialOf),
            header: env.GRAFANA_HMAC_HEADER,
            ...(env.GRAFANA_HMAC_TIMESTAMP_HEADER === undefined
              ? {}
              : { timestampHeader: env.GRAFANA_HMAC_TIMESTAMP_HEADER }),
          },
        }),
    basic: (env.GRAFANA_BASIC ?? []).map(basicCredentialOf),
    bearer: (env.GRAFANA_BEARER_TOKENS ?? []).map(credentialOf),
  };
}

export function alertmanagerSenders(env: IngestEnv): Senders {
  return {
    isOpen: env.ALERTMANAGER_AUTH === 'off',
    basic: (env.ALERTMANAGER_BASIC ?? []).map(basicCredentialOf),
    bearer: (env.ALERTMANAGER_BEARER_TOKENS ?? []).map(credentialOf),
  };
}

import { commonEnv, secretList } from '@gomon/service';
import { z } from 'zod';

const MIB = 1024 * 1024;

/** `user:password`, several separated by commas. */
function basicList() {
  return secretList().refine(
    (items) => items.every((item) => /^[^:]+:./.test(item)),
    'must be user:password',
  );
}

export const ingestEnv = commonEnv
  .extend({
    /** On a disk of its own that survives a restart. */
    SPOOL_DIR: z.string().min(1),
    SPOOL_MAX_BYTES: z.coerce
      .number()
      .int()
      .positive()
      .default(1024 * MIB),
    /** nats-server's monitoring: how it syncs what it acknowledges is read there. */
    NATS_MONITOR_URL: z.url().optional(),
    /** Secrets of Grafana's HMAC; each may be `instance:secret` to tell one Grafana from another. */
    GRAFANA_HMAC_SECRETS: secretList().optional(),
    GRAFANA_HMAC_HEADER: z.string().min(1).default('X-Grafana-Alerting-Signature'),
    /** Set it here and in Grafana alike: then the signature covers the time, and replays are refused. */
    GRAFANA_HMAC_TIMESTAMP_HEADER: z.string().min(1).optional(),
    /** `user:password`. The user is the instance. */
    GRAFANA_BASIC: basicList().optional(),
    GRAFANA_BEARER_TOKENS: secretList().optional(),
    /** `off`: anybody may post. */
    GRAFANA_AUTH: z.enum(['on', 'off']).default('on'),
    ALERTMANAGER_BASIC: basicList().optional(),
    ALERTMANAGER_BEARER_TOKENS: secretList().optional(),
    ALERTMANAGER_AUTH: z.enum(['on', 'off']).default('on'),
  })
  .superRefine((env, context) => {
    if (
      env.GRAFANA_AUTH === 'on' &&
      !(env.GRAFANA_HMAC_SECRETS ?? env.GRAFANA_BASIC ?? env.GRAFANA_BEARER_TOKENS)
    ) {
      context.addIssue({
        code: 'custom',
        path: ['GRAFANA_HMAC_SECRETS'],
        message: 'set this, GRAFANA_BASIC or GRAFANA_BEARER_TOKENS (or GRAFANA_AUTH=off to let anybody post)',
      });
    }
    if (env.ALERTMANAGER_AUTH === 'on' && !(env.ALERTMANAGER_BASIC ?? env.ALERTMANAGER_BEARER_TOKENS)) {
      context.addIssue({
        code: 'custom',
        path: ['ALERTMANAGER_BEARER_TOKENS'],
        message: 'set this or ALERTMANAGER_BASIC (or ALERTMANAGER_AUTH=off to let anybody post)',
      });
    }
  });
export type IngestEnv = z.infer<typeof ingestEnv>;

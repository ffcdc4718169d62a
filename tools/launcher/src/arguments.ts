import { parseArgs } from 'node:util';

export interface Arguments {
  /** Fire the demonstration after the start. */
  readonly demo: boolean;
  /** Demonstrate, check, say so as JSON, stop. */
  readonly once: boolean;
  readonly help: boolean;
}

export const usage = `npm start [-- --no-demo | --once]

  --no-demo   start quietly, without the demonstration
  --once      start, demonstrate, print the outcome as one line of JSON, stop; exit code 0 if all of it was seen

Variables: GOMON_DATA (folder, .gomon), GOMON_HOST (where services listen, 127.0.0.1), GOMON_SCOPE, LOG_LEVEL;
ports API_GATEWAY_PORT, INGEST_PORT, SLACK_GATEWAY_PORT, CORRELATOR_PORT, INCIDENT_SYNC_PORT,
K8S_WATCHER_PORT, SLACK_SIMULATOR_PORT, OPSGENIE_SIMULATOR_PORT, KUBERNETES_SIMULATOR_PORT, NATS_PORT, POSTGRES_PORT
(0 takes a free one); instead of what is started here: NATS_URL (with NATS_MONITOR_URL), DATABASE_URL,
SLACK_BOT_TOKEN with SLACK_SIGNING_SECRET, OPSGENIE_API_KEY, GOMON_KUBECONFIG (a kubeconfig file).`;

/** Throws for what it does not know. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'no-demo': { type: 'boolean' },
      once: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values['no-demo'] === true && values.once === true)
    throw new Error('--once is the demonstration: not with --no-demo');
  return { demo: values['no-demo'] !== true, once: values.once === true, help: values.help === true };
}

import { z } from 'zod';
import { startKubernetesSimulator } from './server.js';
import { smallCluster } from './small-cluster.js';

const env = z
  .object({
    KUBERNETES_SIMULATOR_PORT: z.coerce.number().int().min(0).default(8093),
    HOST: z.string().default('127.0.0.1'),
    KUBERNETES_SIMULATOR_TOKEN: z.string().min(1),
    KUBERNETES_SIMULATOR_STATE_FILE: z.string().min(1).optional(),
    /** What a cluster without a state begins with. */
    KUBERNETES_SIMULATOR_CLUSTER: z.enum(['small', 'empty']).default('small'),
  })
  .parse(process.env);

const simulator = await startKubernetesSimulator({
  port: env.KUBERNETES_SIMULATOR_PORT,
  host: env.HOST,
  token: env.KUBERNETES_SIMULATOR_TOKEN,
  ...(env.KUBERNETES_SIMULATOR_STATE_FILE === undefined
    ? {}
    : { stateFile: env.KUBERNETES_SIMULATOR_STATE_FILE }),
});
if (env.KUBERNETES_SIMULATOR_CLUSTER === 'small' && simulator.objects.everything().length === 0) {
  for (const object of smallCluster(new Date())) simulator.objects.apply(object);
}
process.stdout.write(`simulated Kubernetes on ${simulator.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulator.stop().then(() => process.exit(0));
  });
}

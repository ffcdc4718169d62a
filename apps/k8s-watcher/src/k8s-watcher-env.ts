import { commonEnv } from '@gomon/service';
import { z } from 'zod';

const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(z.string().min(1)).min(1));

export const k8sWatcherEnv = commonEnv
  .extend({
    /** A file; absent: the service account of the pod. */
    KUBECONFIG: z.string().min(1).optional(),
    /** The cluster's name in alerts. */
    K8S_CLUSTER: z.string().min(1).max(100).default('default'),
    K8S_NAMESPACES: list('monitoring,kube-system,ingress-nginx'),
    /** Outside of production everything is milder. */
    K8S_PROFILE: z.enum(['production', 'staging', 'dev']).default('production'),
    /** Namespaces where everything is one step worse. */
    K8S_SYSTEM_NAMESPACES: list('kube-system,ingress-nginx,cert-manager,gomon'),
    /** Everything is listed again, and told again, so often. */
    K8S_RECONCILE_S: z.coerce.number().positive().default(30),
    /** What could not be seen for so long is said to be so. */
    K8S_BLIND_AFTER_S: z.coerce.number().positive().default(60),
    /** A watch that says nothing for so long is given up; the API server sends bookmarks about each minute. */
    K8S_SILENCE_S: z.coerce.number().positive().default(90),
    K8S_LIST_TIMEOUT_S: z.coerce.number().positive().default(10),
  })
  .refine((env) => env.K8S_BLIND_AFTER_S > env.K8S_RECONCILE_S, {
    path: ['K8S_BLIND_AFTER_S'],
    error: 'must be longer than K8S_RECONCILE_S: what is quiet is heard of that often',
  });
export type K8sWatcherEnv = z.infer<typeof k8sWatcherEnv>;

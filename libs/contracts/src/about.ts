import { z } from 'zod';

/** What an alert is about, as far as labels, annotations, rules and the cluster's topology tell. */
export const about = z.object({
  namespace: z.string().optional(),
  /** E.g. `deployment/cart`. */
  workload: z.string().optional(),
  pod: z.string().optional(),
  node: z.string().optional(),
  service: z.string().optional(),
  /** The team whose it is. */
  owner: z.string().optional(),
  /** Absent: nobody has said what to do. */
  runbookUrl: z.string().optional(),
  dashboardUrl: z.string().optional(),
  panelUrl: z.string().optional(),
  traceId: z.string().optional(),
});
export type About = z.infer<typeof about>;

import { z } from 'zod';

/** How a request can go wrong. */
export const kubernetesFault = z.object({
  /** E.g. `pods`; absent: any. */
  resource: z.string().optional(),
  verb: z.enum(['list', 'watch', 'get']).optional(),
  kind: z.enum([
    '401',
    '403',
    '410',
    '429',
    '500',
    '503',
    /** Answers late. */
    'delay',
    /** Never answers. */
    'hang',
    /** Cuts the connection. */
    'drop',
    /** A watch that opens and stays silent. */
    'stall',
    /** A watch that is closed at once, cleanly. */
    'close',
    /** Half a line of a watch, and the connection is cut. */
    'cut-line',
    'malformed',
    'html',
  ]),
  /** How many requests; 0: until reset. */
  times: z.number().int().nonnegative().default(1),
  delayMs: z.number().nonnegative().default(1_000),
  /** With 429, in seconds; null: no header. */
  retryAfter: z.number().nullable().default(1),
});
export type KubernetesFault = z.infer<typeof kubernetesFault>;

export class KubernetesFaults {
  private readonly active: KubernetesFault[] = [];

  add(added: z.input<typeof kubernetesFault>): void {
    this.active.push(kubernetesFault.parse(added));
  }

  get all(): readonly KubernetesFault[] {
    return this.active;
  }

  clear(): void {
    this.active.length = 0;
  }

  /** The fault that hits this request, used up once. */
  take(verb: string, resource: string): KubernetesFault | undefined {
    const index = this.active.findIndex(
      (each) => (each.verb ?? verb) === verb && (each.resource ?? resource) === resource,
    );
    const found = this.active[index];
    if (found === undefined || found.times === 0) return found;
    if (found.times === 1) this.active.splice(index, 1);
    else found.times -= 1;
    return found;
  }
}

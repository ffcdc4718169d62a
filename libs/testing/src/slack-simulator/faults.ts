import { z } from 'zod';

/** How a call can go wrong. */
export const fault = z.object({
  /** Absent: any method. */
  method: z.string().optional(),
  kind: z.enum([
    '429',
    '500',
    '503',
    /** Answers late. */
    'delay',
    /** Never answers. */
    'hang',
    /** Cuts the connection and does nothing. */
    'drop',
    /** Does it, then cuts the connection. */
    'lost-answer',
    /** Answers `{ok: false, error}`. */
    'error',
    /** A page of some proxy. */
    'html',
    'malformed',
    'empty',
  ]),
  /** How many calls; 0: until reset. */
  times: z.number().int().nonnegative().default(1),
  delayMs: z.number().nonnegative().default(1_000),
  /** As sent with a 429; null: no header. */
  retryAfter: z.union([z.number(), z.string(), z.null()]).default(1),
  error: z.string().default('fatal_error'),
});
export type Fault = z.infer<typeof fault>;

export class Faults {
  private readonly active: Fault[] = [];

  add(added: Fault): void {
    this.active.push({ ...added });
  }

  get all(): readonly Fault[] {
    return this.active;
  }

  clear(): void {
    this.active.length = 0;
  }

  /** The fault that hits this call, used up once. */
  take(method: string): Fault | undefined {
    const index = this.active.findIndex((each) => each.method === undefined || each.method === method);
    const found = this.active[index];
    if (found === undefined || found.times === 0) return found;
    if (found.times === 1) this.active.splice(index, 1);
    else found.times -= 1;
    return found;
  }
}

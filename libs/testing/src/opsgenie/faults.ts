import { z } from 'zod';

/** How a call can go wrong. */
export const fault = z.object({
  /** `POST /v1/incidents/create`, as a beginning; absent: any call. */
  method: z.string().optional(),
  kind: z.enum([
    '429',
    '500',
    '503',
    '401',
    '422',
    /** Answers late. */
    'delay',
    /** Never answers. */
    'hang',
    /** Cuts the connection and does nothing. */
    'drop',
    /** Does it, then cuts the connection. */
    'lost-answer',
    /** An error page of some proxy. */
    'html',
    'malformed',
    /** An error without a body. */
    'empty',
    /** It is accepted, and its request fails. */
    'fail-request',
    /** It is accepted and done, and its request is never found. */
    'never-decided',
  ]),
  /** How many calls; 0: until reset. */
  times: z.number().int().nonnegative().default(1),
  delayMs: z.number().nonnegative().default(1_000),
  message: z.string().default('Incident does not exist'),
});
export type Fault = z.infer<typeof fault>;

export class Faults {
  private readonly active: Fault[] = [];

  add(added: z.input<typeof fault>): void {
    this.active.push(fault.parse(added));
  }

  get all(): readonly Fault[] {
    return this.active;
  }

  clear(): void {
    this.active.length = 0;
  }

  /** The fault that hits this call, used up once. */
  take(method: string): Fault | undefined {
    const index = this.active.findIndex(
      (each) => each.method === undefined || method.startsWith(each.method),
    );
    const found = this.active[index];
    if (found === undefined || found.times === 0) return found;
    if (found.times === 1) this.active.splice(index, 1);
    else found.times -= 1;
    return found;
  }
}

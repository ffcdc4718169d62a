import { z } from 'zod';

const UNITS_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const PARTS = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
/** A longer one is a slip of the pen, and would not fit into a date. */
const LONGEST_MS = 366 * UNITS_MS.d;

/**
 * A span of time as Prometheus writes it: `90s`, `1h30m`, `4h`, up to 366 days; milliseconds once read
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/, `<duration>`).
 */
export const duration = z
  .string()
  .transform((text, context) => {
    const ms = durationMs(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: 'a span of time such as 90s, 1h30m or 4h, at most 366d' });
    return z.NEVER;
  })
  .meta({ description: 'A span of time: `90s`, `1h30m`, `4h`.', examples: ['4h'] });

function durationMs(text: string): number | undefined {
  const parts = PARTS.exec(text)?.slice(1);
  if (parts === undefined || text === '') return undefined;
  const units = Object.values(UNITS_MS);
  const ms = parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (units[index] ?? 0), 0);
  return ms <= LONGEST_MS ? ms : undefined;
}

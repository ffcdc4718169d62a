import { z } from 'zod';
import { timestamp } from './timestamp.js';

/** CloudEvents 1.0 in JSON, structured mode (https://github.com/cloudevents/spec), with the tracing extension. */
export function cloudEvent<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.literal(type),
    subject: z.string().min(1).optional(),
    time: timestamp,
    datacontenttype: z.literal('application/json').optional(),
    /** W3C Trace Context. */
    traceparent: z.string().optional(),
    data,
  });
}

/** What every event carries beside its data. */
export interface CloudEvent<Type extends string, Data> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: Type;
  readonly subject?: string | undefined;
  readonly time: string;
  readonly datacontenttype?: 'application/json' | undefined;
  readonly traceparent?: string | undefined;
  readonly data: Data;
}

/** Builds an event. `source` names the service, e.g. `gomon/ingest`; `time` is when it happened. */
export function eventOf<Type extends string, Data>(
  type: Type,
  data: Data,
  context: { id: string; source: string; time: Date; subject?: string; traceparent?: string | undefined },
): CloudEvent<Type, Data> {
  return {
    specversion: '1.0',
    id: context.id,
    source: context.source,
    type,
    ...(context.subject === undefined ? {} : { subject: context.subject }),
    time: context.time.toISOString(),
    datacontenttype: 'application/json',
    ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
    data,
  };
}

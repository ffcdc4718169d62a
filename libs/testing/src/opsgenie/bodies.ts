import { z } from 'zod';

/**
 * Bodies of requests, as strict as the vendor: unknown fields, other types and longer texts are refused. Lengths count code
 * points. Alert API and Incident API of docs.opsgenie.com.
 */

const text = (longest: number) =>
  z
    .string()
    .refine((value) => Array.from(value).length <= longest, `should be at most ${longest} characters`);
const required = (longest: number) =>
  text(longest).refine((value) => value.trim() !== '', 'may not be empty');
const priority = z.enum(['P1', 'P2', 'P3', 'P4', 'P5'], 'should be one of [ P1, P2, P3, P4, P5 ]');
const tags = z.array(text(50)).max(20);
const details = z
  .record(z.string(), z.string())
  .refine(
    (all) => Object.entries(all).reduce((sum, [key, value]) => sum + key.length + value.length, 0) <= 8_000,
    'should be at most 8000 characters in total',
  );
const responder = z.strictObject({
  type: z.enum(['team', 'user', 'escalation', 'schedule']),
  id: z.string().optional(),
  name: z.string().optional(),
  username: z.string().optional(),
});
const responders = z.array(responder).max(50);
const note = text(25_000);

export const createIncident = z.strictObject({
  message: required(130),
  description: text(15_000).optional(),
  responders: responders.optional(),
  tags: tags.optional(),
  details: details.optional(),
  priority: priority.default('P3'),
  note: note.optional(),
  serviceId: z.string().optional(),
  impactedServices: z.array(z.string()).optional(),
  statusPageEntry: z
    .strictObject({ title: z.string(), details: z.string().optional(), description: z.string().optional() })
    .optional(),
  notifyStakeholders: z.boolean().default(false),
});

export const createAlert = z.strictObject({
  message: required(130),
  alias: text(512).optional(),
  description: text(15_000).optional(),
  responders: responders.optional(),
  visibleTo: responders.optional(),
  actions: z.array(text(50)).max(10).optional(),
  tags: tags.optional(),
  details: details.optional(),
  entity: text(512).optional(),
  source: text(100).optional(),
  priority: priority.default('P3'),
  user: text(100).optional(),
  note: note.optional(),
});

/** Of actions: none of it is required. */
export const action = z.strictObject({
  user: text(100).optional(),
  source: text(100).optional(),
  note: note.optional(),
});
export const addNote = action.extend({ note: required(25_000) });
export const addTags = action.extend({ tags });
export const setPriority = z.strictObject({ priority });
export const setMessage = z.strictObject({ message: required(130) });
export const setDescription = z.strictObject({ description: required(15_000) });

import { z } from 'zod';
import { matcherText } from '../matcher.js';
import { duration } from './duration.js';
import { ruleName } from './which.js';

/** What two alerts can have in common, the most telling first. */
export const VIAS = [
  'trace',
  'rule',
  'error',
  'pod',
  'pvc',
  'app',
  'ingress',
  'node',
  'host',
  'registry',
  'name',
  'product',
  'label',
  'zone',
  'namespace',
  'cluster',
] as const;
export const via = z.enum(VIAS).meta({
  description:
    'What the two alerts must have in common: `trace`, `rule` (one rule about one thing, at two severities), `error` (the text of one says what the other is), `pod`, `pvc`, `app` (a workload or service), `ingress`, `node`, `host` (of an address), `registry` (of an image), `name` (one is named in the labels or text of the other), `product` (the text of one says a product, such as Redis or S3, that the other says is ill), `label` (a label that nobody knows has the same value, such as `circuit=orders`), `zone`, `namespace`, or only the `cluster`.',
});
export type Via = z.infer<typeof via>;

/** Every alert, whatever its kind. */
export const ANY_KIND = 'any';
/** No operator can be part of the name of a kind. */
const kindName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'the name of a kind, such as node-down, or a matcher');

/** Names of kinds, and matchers. */
const side = z.array(z.union([kindName, matcherText])).min(1);

/** E.g. `node not ready|node down`: one of these must be there, as words in this order. */
const phrases = z.string().min(1).max(500);

const kind = z
  .strictObject({
    name: kindName.meta({ description: 'What patterns call it.' }),
    says: z.array(phrases).min(1).meta({
      description:
        'Each must be found in the name of the alert, or else, for kinds of depth 7 and more, in its summary: words in their order, `|` between alternatives. `KubeNodeNotReady` reads as `kube node not ready`.',
    }),
    about: via.optional().meta({
      description: 'What is ill. Absent: the most precise thing that the alert names.',
    }),
    named: z.array(phrases).optional().meta({
      description: 'Words by which the texts of other alerts name it as their reason; as `says`.',
    }),
    parts: z.array(phrases).optional().meta({
      description:
        'Words of the names of the workloads that it consists of: one of them that is down as a whole is of this kind, and what is ill with one of its pods explains what texts name as `named`.',
    }),
    depth: z.number().min(0).max(20).default(9).meta({
      description:
        'How far from the root of things: the likely cause is the one that lies deepest (0 a zone, 4 a node, 6 a database, 9 a pod, 10 errors of a service, 11 a probe from outside).',
    }),
  })
  .meta({ description: 'A kind of alert, however senders name it.' });

const pattern = z
  .strictObject({
    name: ruleName.meta({ description: 'What explanations call it.' }),
    cause: side.meta({ description: 'Kinds, or matchers such as `alertname="PaymentsDown"`: any of them.' }),
    effect: side.meta({ description: 'Kinds, or matchers: any of them. `any` is every alert.' }),
    via: z.array(via).min(1).meta({ description: 'Any of these must be shared.' }),
    within: duration.default(1_800_000).meta({
      description: 'An effect may follow its cause by so long.',
    }),
    early: duration.default(300_000).meta({
      description: 'An effect may be reported so long before its cause.',
    }),
    sole: z.boolean().default(false).meta({
      description:
        'Holds only where one cause, and no other, would explain the effect: for what shares nothing else with its cause.',
    }),
    urgent: z.boolean().default(false).meta({
      description:
        'Of patterns that are `sole`: holds only for effects that are urgent (P0 or P1), or from which something urgent follows.',
    }),
    weight: z.number().min(0).max(1).default(0.9).meta({
      description: 'How much it proves; what proves less than 0.4 puts nothing together.',
    }),
  })
  .meta({ description: 'What is known to follow from what.' });

/** How alerts are put together: see docs/users/correlation.md. */
export const correlation = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: '`false`: every alert is a problem of its own.' }),
    defaults: z.boolean().default(true).meta({
      description: 'Whether the kinds and patterns that GoMon knows hold beside these.',
    }),
    kinds: z.array(kind).default([]).meta({ description: 'Tried before those that GoMon knows.' }),
    patterns: z.array(pattern).default([]).meta({ description: 'Beside those that GoMon knows.' }),
  })
  .prefault({})
  .meta({ description: 'Which alerts become one problem.' });
export type Correlation = z.output<typeof correlation>;
export type CorrelationInput = z.input<typeof correlation>;
export type KindRule = Correlation['kinds'][number];
export type PatternRule = Correlation['patterns'][number];

import { z } from 'zod';
import { role } from '../actor.js';
import type { Matcher } from '../matcher.js';
import { severity } from '../severity.js';
import { subjectToken } from '../source.js';
import {
  type EscalationStep,
  faultOfMention,
  hold,
  OWNER_RECEIVER,
  owners,
  runbooks,
  unacknowledged,
} from './attention.js';
import { ENVIRONMENT_LABELS, NOT_PRODUCTION } from '../environments.js';
import { ANY_KIND, correlation } from './correlation.js';
import { KNOWN_KINDS } from './correlation-pack.js';
import { duration } from './duration.js';
import { incidents } from './incidents.js';
import { flapping, heartbeats, inhibit } from './quiet.js';
import { storms } from './storms.js';
import { channel, ruleName, which } from './which.js';

const severityRule = z
  .strictObject({ ...which, severity: severity.meta({ description: 'What the alert is.' }) })
  .meta({ description: 'Gives the alerts it is for a severity.' });

const labelNames = z.array(z.string().min(1));

const identityRule = z
  .strictObject({ ...which, labels: labelNames.min(1).meta({ description: 'The labels that identify it.' }) })
  .meta({ description: 'Names the labels that identify an alert, where all others only describe it.' });

const identity = z
  .strictObject({
    volatile: labelNames
      .default([
        'value',
        'values',
        'current_value',
        'timestamp',
        'time',
        'date',
        'starts_at',
        'ends_at',
        'pod_template_hash',
        'controller_revision_hash',
        'trace_id',
        'traceid',
        'span_id',
        'request_id',
      ])
      .meta({
        description: 'Labels that change while the condition stays the same: no part of its identity.',
      }),
    rules: z
      .array(identityRule)
      // The owner and not the pod, whose name and node change.
      .default([
        {
          name: 'kubernetes',
          matchers: [{ name: 'name', operator: '!=', value: '' }],
          sources: ['kubernetes'],
          labels: ['alertname', 'namespace', 'kind', 'name', 'container'],
        },
      ])
      .meta({
        description: 'The first that is for an alert decides; none: every label that is not volatile.',
      }),
  })
  .meta({ description: 'What makes two reports the same alert.' });

const receiver = z
  .strictObject({
    name: ruleName.meta({ description: 'What routes call it.' }),
    slack: z.strictObject({ channel }),
  })
  .meta({ description: 'Where problems are told.' });

interface RouteInput {
  name?: string | undefined;
  matchers?: string[] | undefined;
  sources?: string[] | undefined;
  severities?: z.infer<typeof severity>[] | undefined;
  receiver?: string | undefined;
  routes?: RouteInput[] | undefined;
}

/** As in Alertmanager: the first of `routes` that is for an alert decides further, else this one. */
export interface RouteRule {
  readonly name?: string | undefined;
  readonly matchers: Matcher[];
  readonly sources?: string[] | undefined;
  readonly severities?: z.infer<typeof severity>[] | undefined;
  readonly receiver?: string | undefined;
  readonly routes: RouteRule[];
}

const route: z.ZodType<RouteRule, RouteInput> = z
  .strictObject({
    ...which,
    severities: z.array(severity).min(1).optional().meta({ description: 'Severities it is for.' }),
    receiver: z.string().optional().meta({
      description:
        'Where its problems are told; absent: where those of the route around it are. `owner`: in the channel of the alert’s owner, and the route is for nobody else’s.',
    }),
    get routes() {
      return z
        .array(route)
        .default([])
        .meta({ description: 'The first that is for an alert decides instead of this one.' });
    },
  })
  .meta({ id: 'Route', description: 'Says where problems are told.' });

const ANY_BUT_PRODUCTION = `(?i)\\s*(${NOT_PRODUCTION.join('|')})\\s*`;

const DEFAULT_ROUTE: RouteRule = {
  matchers: [],
  receiver: 'normal',
  routes: [
    ...ENVIRONMENT_LABELS.map((label) => ({
      name: `not production by ${label}`,
      matchers: [{ name: label, operator: '=~' as const, value: ANY_BUT_PRODUCTION }],
      receiver: 'non-production',
      routes: [],
    })),
    { name: 'urgent', matchers: [], severities: ['P0', 'P1'], receiver: 'urgent', routes: [] },
    { name: 'owner', matchers: [], receiver: OWNER_RECEIVER, routes: [] },
  ],
};

const sender = z.strictObject({
  repeat_interval: duration.meta({
    description:
      'How often it repeats what still fires, as configured there. An alert that it has not repeated for one and a half times as long ends.',
  }),
});

const FOUR_HOURS_MS = 4 * 3_600_000;

const person = z
  .strictObject({
    name: ruleName.meta({
      description: 'Shown wherever the person did something, and whom problems are assigned to.',
    }),
    email: z.email().optional().meta({ description: 'Their address.' }),
    slack: z
      .string()
      .regex(/^[UW][A-Z0-9]+$/, "a Slack member's id such as U0123ABCD")
      .optional()
      .meta({ description: 'Their id in Slack, as in their profile: `U0123ABCD`.' }),
    provider: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Their name or id in the incident provider.' }),
    tokens: labelNames.default([]).meta({ description: 'Names of API tokens that are theirs.' }),
    role: role.meta({
      description: '`viewer` reads, `responder` acts on problems, `admin` changes rules too.',
    }),
  })
  .meta({ description: 'Somebody who uses GoMon.' });

/**
 * What an operator decides about decisions: `config/gomon.yaml`. Everything has a default, so that the empty file is one.
 */
export const rulesFile = z
  .strictObject({
    severity: z.array(severityRule).default([]).meta({
      description:
        'The first that is for an alert gives its severity; none: its labels `severity`, `priority` or `level`, by what senders usually write.',
    }),
    identity: identity.prefault({}),
    receivers: z
      .array(receiver)
      .min(1)
      .default([
        { name: 'urgent', slack: { channel: '#alert-critical' } },
        { name: 'normal', slack: { channel: '#k8s-healthchecks' } },
        { name: 'non-production', slack: { channel: '#monitoring-dev' } },
      ])
      .meta({ description: 'Where problems can be told.' }),
    route: route.default(DEFAULT_ROUTE),
    channel_label: z.string().min(1).optional().meta({
      description:
        'A label by which an alert itself names its Slack channel, before any route. Absent: none does.',
    }),
    sources: z
      .record(subjectToken, sender)
      .default({
        grafana: { repeat_interval: FOUR_HOURS_MS },
        alertmanager: { repeat_interval: FOUR_HOURS_MS },
      })
      .meta({
        description:
          'By kind of source, what is known of it. The alerts of a kind that is missing never end by themselves.',
      }),
    hold,
    unacknowledged,
    incidents,
    owners,
    runbooks,
    inhibit,
    flapping,
    heartbeats,
    correlation,
    storms,
    people: z.array(person).default([]).meta({
      description:
        'Who may do what. Whoever is not in it is a `viewer`; while it is empty, everybody is an `admin`.',
    }),
    quiet_after_resolve: duration.default(3_600_000).meta({
      description: 'After a person has ended an alert, what its source repeats stays quiet for so long.',
    }),
  })
  .superRefine((rules, context) => {
    const known = new Set<string>([OWNER_RECEIVER]);
    for (const [index, { name: receiverName }] of rules.receivers.entries()) {
      if (receiverName === OWNER_RECEIVER) {
        const message = 'owner is the channel of the owner: a receiver needs another name';
        context.addIssue({ code: 'custom', path: ['receivers', index, 'name'], message });
      } else if (known.has(receiverName)) {
        context.addIssue({
          code: 'custom',
          path: ['receivers', index, 'name'],
          message: `there are two receivers ${receiverName}`,
        });
      }
      known.add(receiverName);
    }
    for (const { key, place } of doubled(rules.people)) {
      context.addIssue({
        code: 'custom',
        path: ['people', ...place],
        message: `there are two people with ${key}`,
      });
    }
    for (const [section, place] of [
      ['owners', rules.owners],
      ['heartbeats', rules.heartbeats],
    ] as const) {
      const names = place.map((one) => one.name);
      for (const [index, one] of names.entries()) {
        if (names.indexOf(one) === index) continue;
        const message = `there are two ${section} called ${one}`;
        context.addIssue({ code: 'custom', path: [section, index, 'name'], message });
      }
    }
    const kinds = new Set([
      ANY_KIND,
      'other',
      ...KNOWN_KINDS,
      ...rules.correlation.kinds.map(({ name }) => name),
    ]);
    for (const [index, pattern] of rules.correlation.patterns.entries())
      for (const side of ['cause', 'effect'] as const)
        for (const [at, one] of pattern[side].entries()) {
          if (typeof one !== 'string' || kinds.has(one)) continue;
          const message = `there is no kind ${one}: ${[...kinds].join(', ')}`;
          context.addIssue({ code: 'custom', path: ['correlation', 'patterns', index, side, at], message });
        }
    for (const { mention, path } of mentionsOf(rules)) {
      const message = faultOfMention(mention, rules.people);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [...path], message });
    }
    if (rules.route.receiver === undefined || rules.route.receiver === OWNER_RECEIVER) {
      const message = 'the outermost route needs a receiver that is there for every alert';
      context.addIssue({ code: 'custom', path: ['route'], message });
    }
    for (const { route: one, path } of routesOf(rules.route)) {
      if (one.receiver === undefined || known.has(one.receiver)) continue;
      const message = `there is no receiver ${one.receiver}: ${[...known].join(', ')}`;
      context.addIssue({ code: 'custom', path: [...path, 'receiver'], message });
    }
  })
  .meta({ title: 'GoMon rules', description: 'What an operator decides about decisions.' });

export type RulesFile = z.output<typeof rulesFile>;
export type RulesFileInput = z.input<typeof rulesFile>;

/** What stands for more than one person. */
function* doubled(
  people: readonly z.output<typeof person>[],
): Generator<{ readonly key: string; readonly place: readonly (string | number)[] }> {
  const known = new Set<string>();
  for (const [index, { name: personName, email, slack, provider, tokens }] of people.entries()) {
    const keys = [
      { key: `the name ${personName}`, place: [index, 'name'] },
      ...(email === undefined ? [] : [{ key: `the address ${email}`, place: [index, 'email'] }]),
      ...(slack === undefined ? [] : [{ key: `the Slack id ${slack}`, place: [index, 'slack'] }]),
      ...(provider === undefined
        ? []
        : [{ key: `the provider's id ${provider}`, place: [index, 'provider'] }]),
      ...tokens.map((token, at) => ({ key: `the token ${token}`, place: [index, 'tokens', at] })),
    ];
    for (const one of keys) {
      if (known.has(one.key)) yield one;
      known.add(one.key);
    }
  }
}

type Path = readonly (string | number)[];

/** Whom the steps of an escalation mention, with their places. */
function* mentionsOf(rules: {
  readonly unacknowledged: { readonly escalate: readonly EscalationStep[] };
  readonly owners: readonly { readonly escalate?: readonly EscalationStep[] | undefined }[];
}): Generator<{ readonly mention: string; readonly path: Path }> {
  const lists: [Path, readonly EscalationStep[]][] = [
    [['unacknowledged', 'escalate'], rules.unacknowledged.escalate],
    ...rules.owners.map(({ escalate = [] }, index): [Path, readonly EscalationStep[]] => [
      ['owners', index, 'escalate'],
      escalate,
    ]),
  ];
  for (const [path, steps] of lists)
    for (const [index, { mention }] of steps.entries())
      for (const [at, one] of mention.entries())
        yield { mention: one, path: [...path, index, 'mention', at] };
}

/** Every route of a tree, from the outermost inwards, with its place in the file. */
export function* routesOf(
  route: RouteRule,
  path: readonly (string | number)[] = ['route'],
): Generator<{ readonly route: RouteRule; readonly path: readonly (string | number)[] }> {
  yield { route, path };
  for (const [index, inner] of route.routes.entries()) yield* routesOf(inner, [...path, 'routes', index]);
}

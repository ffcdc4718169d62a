import { alertView, ledgerAnswer, listAlertsAnswer, problemView } from '@gomon/contracts';
import { VERSION } from '@gomon/service';
import { z } from 'zod';
import { acknowledgeBody, archiveParameters } from '../alerts/alerts.controller.js';
import { postedAlert, postedAlerts } from '../alerts/posted-alerts.js';
import {
  ledgerParameters,
  listAlertsParameters,
  listProblemsParameters,
} from '../correlator/query-parameters.js';
import { resolveBody } from '../problems/problems.controller.js';

type Json = Record<string, unknown>;

/** One route of the API. */
interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly isCommand?: boolean;
  /** What a success answers, by status. */
  readonly answers: Readonly<Record<number, readonly [string, z.ZodType]>>;
  readonly errors: readonly number[];
}

const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});
const stored = z.object({ commandId: z.string() });
const problemsPage = z.object({ items: z.array(problemView), nextCursor: z.string().optional() });
const accepted = z.object({ reportId: z.string(), accepted: z.number().int() });

const COMMANDED = 'It is stored and will be done; no answer came within a second.';
const QUERY_ERRORS = [400, 401, 502, 503, 504];
const COMMAND_ERRORS = [400, 401, 404, 409, 503];

export const ROUTES: readonly Route[] = [
  {
    method: 'post',
    path: '/api/v1/alerts',
    summary: 'Post alerts',
    description:
      'One alert, or `{"alerts": […]}`. 202 once they are on disk. An `Idempotency-Key` makes a retry one report.',
    body: z.union([postedAlert, postedAlerts]),
    isCommand: true,
    answers: { 202: ['Accepted: on disk, and to be decided.', accepted] },
    errors: [400, 401, 413, 415, 503],
  },
  {
    method: 'get',
    path: '/api/v1/alerts',
    summary: 'List alerts, the newest first',
    description:
      'Without a status the archive is left out. `filter` is a matcher (`name="value"`, `!=`, `=~`, `!~`) and may be repeated.',
    query: listAlertsParameters,
    answers: { 200: ['A page.', listAlertsAnswer] },
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/alerts/{id}',
    summary: 'One alert',
    answers: { 200: ['The alert.', alertView] },
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'put',
    path: '/api/v1/alerts/{id}/acknowledge',
    summary: 'Acknowledge the problem of an alert',
    body: acknowledgeBody,
    isCommand: true,
    answers: { 200: ['The alert as it is now.', alertView], 202: [COMMANDED, stored] },
    errors: COMMAND_ERRORS,
  },
  {
    method: 'delete',
    path: '/api/v1/alerts/{id}',
    summary: 'Archive an alert',
    description:
      'The reason may stand in the query or in the body. Repeats of its source stay quiet for an hour.',
    query: archiveParameters,
    isCommand: true,
    answers: { 200: ['The alert as it is now.', alertView], 202: [COMMANDED, stored] },
    errors: COMMAND_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/problems',
    summary: 'List problems, the newest first',
    query: listProblemsParameters,
    answers: { 200: ['A page.', problemsPage] },
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/problems/{id}',
    summary: 'One problem',
    answers: { 200: ['The problem.', problemView] },
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/acknowledge',
    summary: 'Acknowledge a problem',
    body: acknowledgeBody,
    isCommand: true,
    answers: { 200: ['The problem as it is now.', problemView], 202: [COMMANDED, stored] },
    errors: COMMAND_ERRORS,
  },
  {
    method: 'put',
    path: '/api/v1/problems/{id}/resolve',
    summary: 'Resolve a problem by hand',
    description: 'Provisional: what its source still reports an hour later reopens it.',
    body: resolveBody,
    isCommand: true,
    answers: { 200: ['The problem as it is now.', problemView], 202: [COMMANDED, stored] },
    errors: COMMAND_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/ledger',
    summary: 'What became of everything accepted',
    description:
      'Accepted = the ends + in flight. With `reportId`, the end of each alert of that delivery too.',
    query: ledgerParameters,
    answers: { 200: ['The ledger.', ledgerAnswer] },
    errors: [...QUERY_ERRORS, 404],
  },
];

/** The API as an OpenAPI 3.1 document, made from the schemas that check it. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'GoMon Alerting',
      version: VERSION,
      description: 'Alerts, problems and what became of them. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { ProblemDetails: schemaOf(problemDetails, 'output') },
    },
  };
}

function operationOf({
  method,
  path,
  summary,
  description,
  query,
  body,
  isCommand,
  answers,
  errors,
}: Route): Json {
  return {
    operationId: `${method} ${path}`
      .replace(/[^a-z]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase())
      .replace(/[^\w]/g, ''),
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: [
      ...(path.includes('{id}')
        ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }]
        : []),
      ...(isCommand === true
        ? [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              schema: { type: 'string', maxLength: 200 },
            },
          ]
        : []),
      ...(query === undefined ? [] : parametersOf(query)),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: method === 'post',
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, [text, schema]]) => [
          status,
          { description: text, content: { 'application/json': { schema: schemaOf(schema, 'output') } } },
        ]),
      ),
      ...Object.fromEntries(errors.map((status) => [String(status), errorOf(status)])),
    },
  };
}

const ERROR_TEXTS: Readonly<Record<number, string>> = {
  400: 'The request does not fit; `errors` names each field.',
  401: 'The bearer token is missing or wrong.',
  404: 'There is no such thing.',
  409: 'Nothing was done: too late, or done before. `present` is the present state.',
  413: 'The body is too large.',
  415: 'The body is no JSON.',
  502: 'The correlator answered something else.',
  503: 'Nobody is there to take it; see `Retry-After`.',
  504: 'The correlator did not answer in time; see `Retry-After`.',
};

function errorOf(status: number): Json {
  return {
    description: ERROR_TEXTS[status] ?? 'An error.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
  };
}

function parametersOf(query: z.ZodObject): Json[] {
  const { properties = {} } = schemaOf(query, 'input') as { properties?: Record<string, unknown> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

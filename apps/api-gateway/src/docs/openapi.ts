import { VERSION } from '@gomon/service';
import { z } from 'zod';
import { examples } from './examples.js';
import { Schemas, type Json } from './json-schema.js';
import type { Answer, Route } from './route.js';
import { ROUTES } from './routes.js';

const problemDetails = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    errors: z
      .array(
        z.object({
          field: z.string().meta({ description: 'Where, e.g. `alerts[2].labels`; empty: the whole body.' }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'ProblemDetails', description: 'An error (RFC 9457).' });

const ERROR_TEXTS: Readonly<Record<number, string>> = {
  400: 'The request does not fit; `errors` names each field.',
  401: 'The bearer token is missing or wrong.',
  404: 'There is no such thing.',
  410: 'It is no longer stored.',
  409: 'Nothing was done: too late, or done before. `present` is the present state.',
  413: 'The body is too large.',
  415: 'The body is no JSON.',
  502: 'The correlator answered something else.',
  503: 'Nobody is there to take it.',
  504: 'The correlator did not answer in time.',
};

export interface Content {
  readonly schema: Json;
  readonly example?: unknown;
}
export interface Response {
  readonly description: string;
  readonly headers?: Json;
  readonly content: Readonly<Record<string, Content>>;
}
export interface Operation {
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Json[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}
/** What we use of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Json & { readonly version: string; readonly description: string };
  readonly servers: readonly Json[];
  readonly security: readonly Json[];
  readonly tags: readonly Json[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Json; readonly schemas: Readonly<Record<string, Json>> };
}

const headers = {
  Link: '`<…>; rel="next"`: the next page.',
  'Retry-After': 'Seconds to wait before the next try.',
  'WWW-Authenticate': '`Bearer`',
} as const;

/** The API as an OpenAPI 3.1 document, made from the schemas that check it. */
export function openApiDocument(): OpenApiDocument {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'GoMon Alerting',
      version: VERSION,
      description:
        'Alerts, problems and what became of them. Errors are problem details (RFC 9457, `application/problem+json`); query parameters and members of a body that are unknown are errors.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [
      { name: 'alerts', description: 'What sources report.' },
      { name: 'problems', description: 'What people are told.' },
      { name: 'incidents', description: 'What somebody must own.' },
      { name: 'cluster', description: 'How Kubernetes clusters are.' },
      { name: 'ledger', description: 'What became of it all.' },
    ],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'One of `API_TOKENS`.' },
      },
      schemas: schemas.components,
    },
  };
}

function operationOf(route: Route, schemas: Schemas): Operation {
  const { path, operationId, summary, description, body, answers, errors } = route;
  const parameters = parametersOf(route, schemas);
  return {
    tags: [path.split('/')[3] ?? ''],
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required,
            content: {
              'application/json': { schema: schemas.of(body.schema, 'input'), example: body.example },
            },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          answerOf(answer, route.pages === true, schemas),
        ]),
      ),
      ...Object.fromEntries(errors.map((status) => [String(status), errorOf(status, route, schemas)])),
      default: errorOf(0, route, schemas),
    },
  };
}

function answerOf({ description, schema, example }: Answer, hasPages: boolean, schemas: Schemas): Response {
  return {
    description,
    ...(hasPages ? { headers: headersOf('Link') } : {}),
    content: { 'application/json': { schema: schemas.of(schema, 'output'), example } },
  };
}

function errorOf(status: number, { present }: Route, schemas: Schemas): Response {
  const schema =
    status === 409 && present !== undefined
      ? z.intersection(problemDetails, z.looseObject({ commandId: z.string(), present: present.optional() }))
      : problemDetails;
  const more = status === 401 ? 'WWW-Authenticate' : status > 500 ? 'Retry-After' : undefined;
  return {
    description: ERROR_TEXTS[status] ?? 'Any other error.',
    ...(more === undefined ? {} : { headers: headersOf(more) }),
    content: { 'application/problem+json': { schema: schemas.of(schema, 'output') } },
  };
}

function headersOf(name: keyof typeof headers): Json {
  return { [name]: { description: headers[name], schema: { type: 'string' } } };
}

const PATH_PARAMETERS: Readonly<Record<string, Json>> = {
  id: { schema: { type: 'string', format: 'uuid' }, example: examples.id },
  version: { schema: { type: 'integer', minimum: 1 }, example: examples.rules.version },
  name: { schema: { type: 'string' }, example: examples.token.name },
};

function parametersOf({ path, query, changes }: Route, schemas: Schemas): readonly Json[] {
  const {
    properties = {},
    required = [],
  }: { properties?: Record<string, Json>; required?: readonly string[] } =
    query === undefined ? {} : schemas.of(query, 'input');
  return [
    ...Object.entries(PATH_PARAMETERS)
      .filter(([name]) => path.includes(`{${name}}`))
      .map(([name, about]) => ({ name, in: 'path', required: true, ...about })),
    ...Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: 'query',
      ...(required.includes(name) ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      schema,
    })),
    ...(changes === true
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            description: 'The same request with the same key has one effect, however often it is sent.',
            schema: { type: 'string', minLength: 1, maxLength: 200 },
          },
        ]
      : []),
  ];
}

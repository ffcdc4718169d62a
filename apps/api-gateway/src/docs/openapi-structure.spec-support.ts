const text = { type: 'string', minLength: 1 };
const content = {
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    type: 'object',
    required: ['schema'],
    properties: { schema: { type: 'object' }, example: true },
    additionalProperties: false,
  },
};
const header = {
  type: 'object',
  required: ['schema'],
  properties: { description: text, schema: { type: 'object' } },
};
const response = {
  type: 'object',
  required: ['description'],
  properties: { description: text, headers: { type: 'object', additionalProperties: header }, content },
  additionalProperties: false,
};
const parameter = {
  type: 'object',
  required: ['name', 'in', 'schema'],
  properties: {
    name: text,
    in: { enum: ['query', 'header', 'path', 'cookie'] },
    description: text,
    required: { type: 'boolean' },
    schema: { type: 'object' },
    example: true,
  },
  additionalProperties: false,
  if: { properties: { in: { const: 'path' } } },
  then: { required: ['required'], properties: { required: { const: true } } },
};
const operation = {
  type: 'object',
  required: ['operationId', 'summary', 'responses'],
  properties: {
    tags: { type: 'array', items: text },
    operationId: text,
    summary: text,
    description: text,
    parameters: { type: 'array', items: parameter },
    requestBody: {
      type: 'object',
      required: ['content'],
      properties: { description: text, required: { type: 'boolean' }, content },
      additionalProperties: false,
    },
    responses: {
      type: 'object',
      patternProperties: { '^[1-5][0-9]{2}$': response },
      properties: { default: response },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};
/** What we use of https://spec.openapis.org/oas/v3.1.1.html, strictly. */
export const openApiStructure = {
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { type: 'string', pattern: '^3\\.1\\.\\d+$' },
    info: { type: 'object', required: ['title', 'version'] },
    servers: { type: 'array', items: { type: 'object', required: ['url'] } },
    security: { type: 'array', items: { type: 'object', required: ['token'] } },
    tags: { type: 'array', items: { type: 'object', required: ['name'] } },
    paths: {
      type: 'object',
      patternProperties: {
        '^/': {
          type: 'object',
          patternProperties: { '^(get|put|post|delete)$': operation },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    components: {
      type: 'object',
      required: ['securitySchemes', 'schemas'],
      properties: {
        securitySchemes: {
          type: 'object',
          required: ['token'],
          additionalProperties: { type: 'object', required: ['type', 'scheme'] },
        },
        schemas: { type: 'object', additionalProperties: { type: 'object' } },
      },
    },
  },
  additionalProperties: false,
};

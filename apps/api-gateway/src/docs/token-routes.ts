import { tokenView } from '@gomon/contracts';
import { z } from 'zod';
import { createTokenBody, createdToken } from '../access/token-bodies.js';
import { examples } from './examples.js';
import { answered, changed, QUERY_ERRORS, type Route } from './route.js';

const token = tokenView.meta({ id: 'Token', description: 'Who may use the API, without the secret.' });

/** Tokens of the API. */
export const tokenRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/v1/tokens',
    operationId: 'listTokens',
    summary: 'List tokens, revoked ones included',
    answers: answered(
      'The tokens.',
      z.object({ items: z.array(token) }).meta({ id: 'Tokens' }),
      examples.tokens,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'post',
    path: '/api/v1/tokens',
    operationId: 'createToken',
    summary: 'Create a token',
    description: 'Its secret is shown this once: only a hash of it is kept. It takes no `Idempotency-Key`.',
    body: { schema: createTokenBody, example: examples.createToken, required: true },
    answers: {
      201: {
        description: 'The token with its secret.',
        schema: createdToken.meta({ id: 'CreatedToken' }),
        example: examples.createdToken,
      },
    },
    errors: [400, 401, 403, 409, 413, 415, 503],
  },
  {
    method: 'delete',
    path: '/api/v1/tokens/{name}',
    operationId: 'revokeToken',
    summary: 'Revoke a token',
    description: 'It opens nothing any more, within half a minute everywhere. Its name stays taken.',
    ...changed('token', token, examples.token),
  },
];

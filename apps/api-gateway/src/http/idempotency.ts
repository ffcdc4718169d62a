import { createHash, randomUUID } from 'node:crypto';
import { HttpProblem } from '@gomon/service';
import type { FastifyRequest } from 'fastify';

const LONGEST_KEY = 200;

/**
 * The id of what a request asks for. With an `Idempotency-Key` the same request of the same caller has the same id, however
 * often it is sent. Its body counts: a key that is used again for something else hides nothing.
 * @throws HttpProblem 400
 */
export function idOfRequest(request: FastifyRequest, caller: string): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return randomUUID();
  if (typeof key !== 'string' || key === '' || key.length > LONGEST_KEY) {
    throw new HttpProblem(400, 'The request does not fit', {
      errors: [{ field: 'Idempotency-Key', message: `must have 1 to ${LONGEST_KEY} characters` }],
    });
  }
  const hash = createHash('sha256').update(JSON.stringify([caller, request.method, request.url, key]));
  if (Buffer.isBuffer(request.body)) hash.update(request.body);
  return `api.${hash.digest('hex').slice(0, 32)}`;
}

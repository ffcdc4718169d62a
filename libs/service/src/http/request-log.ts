import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.js';

/** One line a request: refused and failed ones are news, the others detail. Health checks are neither. */
export function logRequests(fastify: FastifyInstance, log: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?')[0] ?? '';
    if (!path.startsWith('/health/') && path !== '/metrics') {
      const level = reply.statusCode >= 500 ? 'warn' : reply.statusCode >= 400 ? 'info' : 'debug';
      log[level](
        { method: request.method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
        'request',
      );
    }
    done();
  });
}

import type { FastifyInstance } from 'fastify';
import type { CommonEnv } from '../config/env.js';

const REQUEST_TIMEOUT_MS = 30_000;

/** Raw bodies: signatures are made over bytes, and parsing is the handler's. Other content types are 415. */
export function acceptRawBodies(fastify: FastifyInstance, bodyLimit: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/x-www-form-urlencoded'],
    { parseAs: 'buffer', bodyLimit },
    (_request, body, done) => {
      done(null, body);
    },
  );
}

/**
 * How connections are kept and closed. The idle timeout is longer than that of usual proxies and senders (60 s), so that
 * they never reuse a connection which is just being closed. A sender that has closed its side still gets its answer.
 */
export function tameConnections(
  fastify: FastifyInstance,
  config: Pick<CommonEnv, 'KEEP_ALIVE_TIMEOUT_MS'>,
  isStopping: () => boolean,
): void {
  const { server } = fastify;
  server.keepAliveTimeout = config.KEEP_ALIVE_TIMEOUT_MS;
  server.headersTimeout = config.KEEP_ALIVE_TIMEOUT_MS + 5_000;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  Object.assign(server, { httpAllowHalfOpen: true });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping()) void reply.header('connection', 'close');
    done();
  });
}

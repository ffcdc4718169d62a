import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';
import { withoutSecrets } from '../log/logger.js';
import type { Health } from './health.js';

const build = new Gauge({
  name: 'gomon_build_info',
  help: 'Always 1; which service and version this is',
  labelNames: ['service', 'version', 'node'],
});

/** `/health/live`, `/health/ready` and `/metrics`, for orchestrators and Prometheus: without credentials, without secrets. */
export function addHealthRoutes(
  fastify: FastifyInstance,
  options: {
    readonly name: string;
    readonly version: string;
    readonly health: Health;
    readonly secrets: readonly string[];
  },
): void {
  const { name, version, health, secrets } = options;
  if (register.getSingleMetric('process_cpu_user_seconds_total') === undefined) collectDefaultMetrics();
  build.set({ service: name, version, node: process.version }, 1);
  fastify.get('/health/live', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );
  fastify.get('/health/ready', async (_request, reply) => {
    const readiness = await health.readiness();
    return reply
      .status(readiness.status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .header('content-type', 'application/json; charset=utf-8')
      .send(withoutSecrets(JSON.stringify({ service: name, version, ...readiness }), secrets));
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.header('content-type', register.contentType).send(await register.metrics()),
  );
}

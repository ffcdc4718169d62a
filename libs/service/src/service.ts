import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import type { DynamicModule } from '@nestjs/common';
import {
  describeError,
  HandlerErrorFilter,
  JetStreamTransport,
  Nats,
  Publisher,
  queryServerOptions,
  reconcileStreams,
  type Consumes,
  type NatsAddress,
} from '@gomon/messaging';
import type { z } from 'zod';
import { readConfig, secretsIn, type CommonEnv } from './config/env.js';
import { Health } from './health/health.js';
import { addHealthRoutes } from './health/routes.js';
import { logRequests } from './http/request-log.js';
import { answerFrameworkError, ProblemFilter } from './http/problem-filter.js';
import { acceptRawBodies, tameConnections } from './http/server.js';
import { createLogger, logTo, nestLogTo, type Logger } from './log/logger.js';

export const VERSION = '0.1.0';

/** What a service stands on. */
export interface Runtime<Env> {
  readonly config: Env;
  readonly nats: Nats;
  readonly natsAddress: NatsAddress;
  readonly publisher: Publisher;
  readonly log: Logger;
  readonly health: Health;
}

export interface ServiceDefinition<Env extends CommonEnv> {
  /** E.g. `ingest`. */
  readonly name: string;
  readonly env: z.ZodType<Env>;
  /** The root module, built from the runtime. */
  readonly module: (runtime: Runtime<Env>) => DynamicModule | Promise<DynamicModule>;
  /** The durable consumers of this service; each has exactly one handler. */
  readonly consumes?: readonly Consumes[];
  /** It answers queries: `@MessagePattern` handlers over NATS. */
  readonly answersQueries?: boolean;
  /** It is of use while NATS is away and does not wait for it. */
  readonly startsWithoutNats?: boolean;
  /** Everything is wired, nothing is accepted yet. */
  readonly onReady?: (app: NestFastifyApplication, runtime: Runtime<Env>) => Promise<void> | void;
  /** Nothing is accepted any more, NATS is still connected: flush. */
  readonly beforeClose?: (app: NestFastifyApplication, runtime: Runtime<Env>) => Promise<void> | void;
}

export function defineService<Env extends CommonEnv>(
  definition: ServiceDefinition<Env>,
): ServiceDefinition<Env> {
  return definition;
}

export interface RunningService<Env> {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly runtime: Runtime<Env>;
  /** In order: no more HTTP, no more pulling, finish, flush, drain. */
  close(): Promise<void>;
}

/**
 * Starts a service and resolves when it listens.
 * @throws ConfigError, DestructiveChangeError, HandlerWiringError
 */
export async function startService<Env extends CommonEnv>(
  definition: ServiceDefinition<Env>,
  env: Readonly<Record<string, string | undefined>>,
  logger?: Logger,
): Promise<RunningService<Env>> {
  const config = readConfig(definition.env, env);
  const secrets = secretsIn(definition.env, env);
  const log = logger ?? createLogger({ name: definition.name, level: config.LOG_LEVEL, secrets });
  const natsAddress: NatsAddress = {
    url: config.NATS_URL,
    name: definition.name,
    log: logTo(log),
    ...(config.NATS_CREDENTIALS_FILE === undefined ? {} : { credentialsFile: config.NATS_CREDENTIALS_FILE }),
  };
  const reconcile = config.STREAM_REPLICAS === undefined ? {} : { replicas: config.STREAM_REPLICAS };
  const nats = await connectNats(definition, natsAddress, reconcile, log);
  try {
    return await assemble(definition, { config, nats, natsAddress, log }, { reconcile, secrets });
  } catch (error) {
    await nats.drain();
    throw error;
  }
}

async function assemble<Env extends CommonEnv>(
  definition: ServiceDefinition<Env>,
  base: Pick<Runtime<Env>, 'config' | 'nats' | 'natsAddress' | 'log'>,
  { reconcile, secrets }: { readonly reconcile: { replicas?: number }; readonly secrets: readonly string[] },
): Promise<RunningService<Env>> {
  const { config, nats, natsAddress, log } = base;
  const runtime: Runtime<Env> = { ...base, publisher: new Publisher(nats), health: new Health() };
  let isStopping = false;
  runtime.health.indicator('shutdown', () => (isStopping ? { ok: false, detail: 'stopping' } : { ok: true }));
  runtime.health.indicator('nats', () => ({
    ok: nats.isConnected() || definition.startsWithoutNats === true,
    detail: nats.isConnected() ? `connected to nats-server ${nats.serverVersion() ?? ''}` : 'not connected',
  }));

  // A request that comes over an open connection while we close is answered like any other, and ends the connection.
  const adapter = new FastifyAdapter({
    bodyLimit: config.BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
  });
  const app = await NestFactory.create<NestFastifyApplication>(await definition.module(runtime), adapter, {
    bodyParser: false,
    logger: nestLogTo(log),
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(log));
  const fastify = adapter.getInstance();
  acceptRawBodies(fastify, config.BODY_LIMIT_BYTES);
  tameConnections(fastify, config, () => isStopping);
  logRequests(fastify, log);
  addHealthRoutes(fastify, { name: definition.name, version: VERSION, health: runtime.health, secrets });
  if (definition.consumes !== undefined) {
    const strategy = new JetStreamTransport({
      nats,
      publisher: runtime.publisher,
      consumes: definition.consumes,
      log: logTo(log),
      reconcile,
    });
    app.connectMicroservice({ strategy }).useGlobalFilters(new HandlerErrorFilter());
  }
  if (definition.answersQueries === true) {
    app.connectMicroservice({ transport: Transport.NATS, options: queryServerOptions(natsAddress) });
  }
  try {
    await app.init();
    await definition.onReady?.(app, runtime);
    await app.startAllMicroservices();
    await app.listen(config.PORT, config.HOST);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  log.info({ url }, `${definition.name} is ready`);
  return {
    url,
    app,
    runtime,
    close: async () => {
      isStopping = true;
      await fastify.close();
      await Promise.all(app.getMicroservices().map((microservice) => microservice.close()));
      await definition.beforeClose?.(app, runtime);
      await app.close();
      await nats.drain();
    },
  };
}

async function connectNats<Env extends CommonEnv>(
  { startsWithoutNats }: ServiceDefinition<Env>,
  address: NatsAddress,
  reconcile: { replicas?: number },
  log: Logger,
): Promise<Nats> {
  if (startsWithoutNats !== true) {
    const nats = await Nats.connect({ ...address, waitOnFirstConnect: true });
    await reconcileStreams(nats, reconcile);
    return nats;
  }
  const nats = Nats.start(address);
  const stop = nats.onConnection(() => {
    reconcileStreams(nats, reconcile).then(stop, (error: unknown) => {
      log.error({ error: describeError(error) }, 'the streams are not as they have to be');
    });
  });
  return nats;
}

import { DestructiveChangeError, HandlerWiringError } from '@gomon/messaging';
import { ConfigError, secretsIn, type CommonEnv } from './config/env.js';
import { createLogger, type Logger } from './log/logger.js';
import { startService, type RunningService, type ServiceDefinition } from './service.js';

/** `EX_CONFIG` of sysexits.h: starting again does not help. */
const EXIT_CONFIG = 78;
/** Every step of a shutdown has its own bound; together they must not take longer than an orchestrator waits. */
const SHUTDOWN_MS = 8_000;

/** What a `main.ts` does: runs a service until it is asked to stop, and ends the process. */
export async function runService<Env extends CommonEnv>(definition: ServiceDefinition<Env>): Promise<void> {
  const log = createLogger({
    name: definition.name,
    level: process.env['LOG_LEVEL'] ?? 'info',
    secrets: secretsIn(definition.env, process.env),
  });
  const fail = (error: unknown, message: string): never => {
    log.fatal({ err: error }, message);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => fail(error, 'an exception was not caught'));
  process.on('unhandledRejection', (error) => fail(error, 'a rejection was not handled'));
  const asked = signalled(log);
  let service: RunningService<Env>;
  try {
    service = await startUnlessAsked(definition, log, asked);
  } catch (error) {
    process.exit(reportFailedStart(error, log));
  }
  await asked;
  const late = setTimeout(() => {
    log.error(`the shutdown hangs after ${SHUTDOWN_MS} ms: exiting`);
    process.exit(1);
  }, SHUTDOWN_MS);
  await service.close();
  clearTimeout(late);
  log.info('stopped');
  process.exit(0);
}

/** A start may wait for long (for NATS): whoever is asked to stop meanwhile just ends, nothing was accepted yet. */
async function startUnlessAsked<Env extends CommonEnv>(
  definition: ServiceDefinition<Env>,
  log: Logger,
  asked: Promise<void>,
): Promise<RunningService<Env>> {
  let hasStarted = false;
  void asked.then(() => {
    if (!hasStarted) process.exit(0);
  });
  const service = await startService(definition, process.env, log);
  hasStarted = true;
  return service;
}

/** Resolves with the first SIGTERM or SIGINT; the second ends the process at once. */
function signalled(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        count += 1;
        if (count > 1) process.exit(130);
        log.info({ signal }, 'stopping');
        resolve();
      });
    }
  });
}

function reportFailedStart(error: unknown, log: Logger): number {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) log.fatal(problem);
    return EXIT_CONFIG;
  }
  const isSaidWell = error instanceof DestructiveChangeError || error instanceof HandlerWiringError;
  log.fatal(isSaidWell ? {} : { err: error }, isSaidWell ? error.message : 'the service did not start');
  return 1;
}

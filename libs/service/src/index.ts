/** What every service has: configuration, logs, health, metrics, HTTP errors, start and shutdown in the right order. */
export { commonEnv, ConfigError, readConfig, secretList, secretText, type CommonEnv } from './config/env.js';
export { reportDurability, type Durability } from './health/durability.js';
export { Health, type Check, type Indication } from './health/health.js';
export { fieldErrors, jsonOf, parseInput, parseJsonBody } from './http/body.js';
export { basicCredentials, bearerToken, secretEquals } from './http/credentials.js';
export { HttpProblem, type FieldError, type ProblemDetails } from './http/problem.js';
export { traceIdOf, traceparentOf } from './http/trace.js';
export { createLogger, logTo, type Logger } from './log/logger.js';
export { Breaker, CallFailedError } from './outside/breaker.js';
export type { CallFailure, CallResult, Waits } from './outside/call-result.js';
export { runService } from './run-service.js';
export {
  defineService,
  startService,
  VERSION,
  type RunningService,
  type Runtime,
  type ServiceDefinition,
} from './service.js';

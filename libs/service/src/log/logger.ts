import type { Log } from '@gomon/messaging';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

const REDACTED_PATHS = ['authorization', 'cookie', '*.authorization', '*.cookie', '*.token', '*.password'];

/**
 * A logger that writes JSON (text on a terminal, where pino-pretty is installed). Whatever a line holds, no secret of the
 * configuration leaves with it.
 */
export function createLogger(options: {
  readonly name: string;
  readonly level: string;
  readonly secrets: readonly string[];
  readonly destination?: DestinationStream;
}): Logger {
  const { name, level, secrets, destination } = options;
  const hidden = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))];
  const settings = {
    name,
    level,
    base: { service: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACTED_PATHS, censor: '[hidden]' },
    hooks: { streamWrite: (line: string) => withoutSecrets(line, hidden) },
  };
  if (destination !== undefined) return pino(settings, destination);
  if (process.stdout.isTTY) {
    const { formatters: _, hooks: __, ...plain } = settings;
    return pino({
      ...plain,
      transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname,service' } },
    });
  }
  return pino(settings, pino.destination({ dest: 1, sync: true }));
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[hidden]'), text);
}

/** The same logger for the libraries below. */
export function logTo(logger: Logger): Log {
  return (level, message, context) => {
    logger[level](context ?? {}, message);
  };
}

/** The same logger for Nest, which has little to say that an operator wants to read. */
export function nestLogTo(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => {
      logger.debug(String(message));
    },
    warn: (message: unknown) => {
      logger.warn(String(message));
    },
    error: (message: unknown) => {
      logger.error(message instanceof Error ? { err: message } : {}, String(message));
    },
  };
}

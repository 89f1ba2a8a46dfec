import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in our log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, context?: unknown): void { this.write('debug', message, context); }
  debug(message: unknown, context?: unknown): void { this.write('debug', message, context); }
  verbose(message: unknown, context?: unknown): void { this.write('trace', message, context); }
  warn(message: unknown, context?: unknown): void { this.write('warn', message, context); }
  error(message: unknown, trace?: unknown, context?: unknown): void {
    this.logger.error({ context: textOf(context), trace: textOf(trace) }, textOf(message) ?? '');
  }

  private write(level: 'trace' | 'debug' | 'warn', message: unknown, context: unknown): void {
    this.logger[level]({ context: textOf(context) }, textOf(message) ?? '');
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return value instanceof Error ? (value.stack ?? value.message) : String(value);
}

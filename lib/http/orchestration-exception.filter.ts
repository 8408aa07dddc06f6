import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OrchestrationError, RetryAfterError } from '../errors/index.js';
import { statusOfError } from './status-of-error.js';

/** What a caller gets of an error; never a stack. */
export interface ErrorBody {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Turns Nestor's errors into HTTP answers: `{ statusCode, code, message, details }`.
 *
 * @example
 * { provide: APP_FILTER, useClass: OrchestrationExceptionFilter }
 */
@Injectable()
@Catch(OrchestrationError)
export class OrchestrationExceptionFilter implements ExceptionFilter<OrchestrationError> {
  private readonly logger = new Logger(OrchestrationExceptionFilter.name);

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: OrchestrationError, host: ArgumentsHost): void {
    // message brokers and sockets have filters of their own
    if (host.getType() !== 'http') throw error;
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    const body = bodyOf(error);
    if (body.statusCode >= 500) this.logger.error(error.message, error.stack);
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    if (error instanceof RetryAfterError) {
      httpAdapter.setHeader(response, 'Retry-After', String(Math.ceil(error.retryAfter / 1000)));
    }
    httpAdapter.reply(response, body, body.statusCode);
  }
}

/** What user code threw may tell a stranger about the inside; its message stays in the log and in the records. */
function bodyOf({ code, message, details }: OrchestrationError): ErrorBody {
  const statusCode = statusOfError[code];
  if (code === 'USER') return { statusCode, code, message: 'Internal server error', details: {} };
  return { statusCode, code, message, details };
}

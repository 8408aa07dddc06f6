import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  type ErrorData,
  logSafely,
  OrchestrationError,
  RateLimitExceededError,
  RetryAfterError,
  statusOfError,
  toErrorData,
} from '../errors/index.js';

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
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: OrchestrationError, host: ArgumentsHost): void {
    // message brokers and sockets have filters of their own
    if (host.getType() !== 'http') throw error;
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    const data = toErrorData(error);
    const body = bodyOf(data);
    if (body.statusCode >= 500) logSafely('error', data.message, data.stack);
    if (httpAdapter.isHeadersSent(response)) {
      httpAdapter.end(response);
      return;
    }
    if (error instanceof RetryAfterError || error instanceof RateLimitExceededError) {
      httpAdapter.setHeader(response, 'Retry-After', String(Math.ceil(error.retryAfter / 1000)));
    }
    httpAdapter.reply(response, body, body.statusCode);
  }
}

/** What user code threw may tell a stranger about the inside; its message stays in the log and in the records. */
function bodyOf({ code, message, details = {} }: ErrorData): ErrorBody {
  const statusCode = statusOfError[code];
  if (code === 'USER') return { statusCode, code, message: 'Internal server error', details: {} };
  return { statusCode, code, message, details };
}

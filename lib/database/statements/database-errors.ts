import { errorMessage } from '../../errors/index.js';
import { isInstance, readProperty } from '../../text/index.js';

/** Codes of Node and of PostgreSQL (appendix A of its manual) that mean: no connection, perhaps later. */
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOENT|08...|57P0[1-5]|53300)$/;
/** What `pg` says, without a code, when a connection breaks under a query or none can be had. */
const broken =
  /connection terminated|connection ended|timeout exceeded when trying to connect|connection error and is not queryable|client was closed/i;

/** The SQLSTATE, or the code of Node's network error. */
export function errorCode(error: unknown): string | undefined {
  const code = readProperty(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/** The database can't be reached; whether the statement was performed is unknown. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionError);
  const code = errorCode(error);
  return code === undefined
    ? isInstance(error, Error) && broken.test(errorMessage(error))
    : unreachable.test(code);
}

/**
 * Serialization failure, deadlock, a limit of the server's (`lock_timeout`, `statement_timeout`): nothing was performed,
 * and the next attempt may well succeed.
 */
export function isRolledBack(error: unknown): boolean {
  return ['40001', '40P01', '55P03', '57014'].includes(errorCode(error) ?? '');
}

/** One of the values can't be stored: class 22 (data exception), 23 (constraint), 54 (limit). */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)...$/.test(errorCode(error) ?? '');
}

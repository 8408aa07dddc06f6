import { InputValidationError } from '../errors/index.js';
import { composedName } from '../values/index.js';

/** The host's own code: a job, an import, a repair. */
export interface SystemCaller {
  readonly name: string;
  /** Why it acts. */
  readonly reason: string;
  /** The only one whose runs it may touch, and that of runs that it starts. @default all */
  readonly tenant?: string | undefined;
}

/** @throws {InputValidationError} unless name and reason, and the tenant if there is one, are texts that are not empty */
export function readSystemCaller({ name, reason, tenant }: SystemCaller): SystemCaller {
  return {
    name: textOf(name, 'name'),
    reason: textOf(reason, 'reason'),
    ...(tenant === undefined ? {} : { tenant: textOf(tenant, 'tenant') }),
  };
}

/** As the actor of records: `cleanup: customer left`. */
export function systemActorId({ name, reason }: SystemCaller): string {
  return `${name}: ${reason}`;
}

function textOf(value: unknown, field: string): string {
  const what = `${field} of asSystem({ name, reason, tenant? })`;
  if (typeof value !== 'string' || value.trim() === '')
    throw new InputValidationError(`${what} has to be a text that is not empty`);
  return composedName(value, what);
}

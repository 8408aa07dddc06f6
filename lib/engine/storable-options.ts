import { InputValidationError } from '../errors/index.js';
import { assertIdentifier, type Principal, toJson } from '../values/index.js';
import type { StartOptions } from './start-options.js';

/** Most tags of one run, and roles of one principal. */
const mostNames = 200;
/** Most bytes of a principal's attributes: they stand on the run and in its first record. */
const attributesLimit = 32_768;

/**
 * What a run is started with, as it can be stored: names and keys are refused where they can't be, attributes are
 * copied as JSON. @throws {InputValidationError} @throws {PayloadError}
 */
export function storableOptions(workflow: string, options: StartOptions): StartOptions {
  const { principal, idempotencyKey, tags, correlationId } = options;
  if (idempotencyKey !== undefined) assertIdentifier(idempotencyKey, `The idempotencyKey for ${workflow}`);
  if (correlationId !== undefined) assertIdentifier(correlationId, `The correlationId for ${workflow}`);
  if (tags !== undefined) assertNames(tags, `The tags for ${workflow}`);
  return principal ? { ...options, principal: storablePrincipal(principal) } : options;
}

/** A principal as records hold it. @throws {InputValidationError} @throws {PayloadError} */
export function storablePrincipal({ id, roles, tenant, attributes }: Principal): Principal {
  assertIdentifier(id, "The principal's id");
  assertNames(roles, "The principal's roles");
  if (tenant !== undefined) assertIdentifier(tenant, "The principal's tenant");
  const copy = toJson(attributes, "the principal's attributes", attributesLimit);
  return {
    id,
    roles: [...roles],
    ...(tenant === undefined ? {} : { tenant }),
    // The JSON of an object is one.
    ...(copy === undefined ? {} : { attributes: copy as NonNullable<Principal['attributes']> }),
  };
}

function assertNames(names: unknown, what: string): void {
  if (!Array.isArray(names) || names.length > mostNames)
    throw new InputValidationError(`${what} have to be a list of at most ${mostNames} texts`);
  for (const [index, name] of names.entries()) assertIdentifier(name, `${what} at [${index}]`);
}

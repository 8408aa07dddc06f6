import { InputValidationError } from '../errors/index.js';
import { composedName } from './ids/assert-identifier.js';
import { ignoreRejection } from './ignore-rejection.js';
import type { JsonValue } from './json/json.js';
import { toJson } from './json/to-json.js';

/** Who acts: a person or a service of the host's, as its `principal` function names it. */
export interface Principal {
  /** Not empty. Kept in Unicode's composed form (NFC), so that one person has one id. */
  readonly id: string;
  readonly roles: readonly string[];
  readonly tenant?: string | undefined;
  readonly attributes?: { readonly [key: string]: JsonValue } | undefined;
}

/** Most roles of one principal. */
const mostRoles = 200;
/** Most bytes of a principal's attributes as JSON: they are on the run and in its first record. */
const attributesLimit = 32_768;

/**
 * A principal as it comes from the host: checked, copied, and with its names in one form (NFC).
 * @param where it is, for the message
 * @throws {InputValidationError} unless it has a non-empty `id` and an array of at most 200 strings as `roles`; `tenant` is
 * absent or a non-empty string, `attributes` absent or an object. Names have at most 512 bytes of well-formed text.
 * @throws {PayloadError} if the attributes are not JSON, or have more than 32 kB
 */
export function readPrincipal(value: unknown, where: string): Principal {
  if (typeof value !== 'object' || value === null) throw refused(where, '$', 'must be { id, roles }');
  ignoreRejection(value);
  const { id, roles, tenant, attributes } = propertiesOf(value, where);
  if (!isName(id)) throw refused(where, '$.id', 'must be a string that is not empty');
  if (!isTexts(roles)) throw refused(where, '$.roles', 'must be an array of strings');
  if (roles.length > mostRoles) throw refused(where, '$.roles', `has more than ${mostRoles} entries`);
  if (tenant !== undefined && !isName(tenant))
    throw refused(where, '$.tenant', 'must be absent, or a string that is not empty');
  if (attributes !== undefined && (typeof attributes !== 'object' || attributes === null))
    throw refused(where, '$.attributes', 'must be absent, or an object');
  const copy = toJson(attributes, `${where}: its attributes`, attributesLimit);
  return {
    id: composedName(id, `${where}: its id`),
    roles: roles.map((role, index) => composedName(role, `${where}: its role [${index}]`)),
    ...(tenant === undefined ? {} : { tenant: composedName(tenant, `${where}: its tenant`) }),
    // The JSON of an object is one.
    ...(copy === undefined ? {} : { attributes: copy as NonNullable<Principal['attributes']> }),
  };
}

/** Reads each property once: a getter may give something else the next time, or throw. */
function propertiesOf(value: object, where: string): { readonly [Name in keyof Principal]: unknown } {
  try {
    // Whatever it is, its properties can be asked for; each is checked before it is used.
    const { id, roles, tenant, attributes } = value as { readonly [Name in keyof Principal]: unknown };
    return { id, roles: Array.isArray(roles) ? [...(roles as unknown[])] : roles, tenant, attributes };
  } catch {
    throw refused(where, '$', 'cannot be read: one of its properties throws');
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function refused(where: string, path: string, message: string): InputValidationError {
  return new InputValidationError(`${where} is not a principal: ${path} ${message}`, {
    details: { issues: [{ path, message }] },
  });
}

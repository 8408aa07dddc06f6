import { InputValidationError } from '../errors/index.js';
import type { JsonValue } from './json.js';
import { storableText } from './storable-text.js';

/** Who acts: a person or a service of the host's, as its `principal` function names it. */
export interface Principal {
  /** Not empty. Kept in Unicode's composed form (NFC), so that one person has one id. */
  readonly id: string;
  readonly roles: readonly string[];
  readonly tenant?: string | undefined;
  readonly attributes?: { readonly [key: string]: JsonValue } | undefined;
}

/** An id or the name of a role as it is compared and kept: well-formed, and in Unicode's composed form (NFC). */
export function nameOf(text: string): string {
  return storableText(text.normalize('NFC')).text;
}

/**
 * A principal as it comes from the host, checked and with its names in one form.
 * @param where it stands, for the message
 * @throws {InputValidationError} unless it has a non-empty `id` and an array of strings as `roles`; `tenant` is absent or
 * a non-empty string, `attributes` absent or an object
 */
export function readPrincipal(value: unknown, where: string): Principal {
  if (typeof value !== 'object' || value === null) throw refused(where, '$', 'must be { id, roles }');
  // Whatever it is, its properties can be asked for; each is checked before it is used.
  const { id, roles, tenant, attributes } = value as { readonly [Name in keyof Principal]: unknown };
  if (!isName(id)) throw refused(where, '$.id', 'must be a string that is not empty');
  if (!isTexts(roles)) throw refused(where, '$.roles', 'must be an array of strings');
  if (tenant !== undefined && !isName(tenant))
    throw refused(where, '$.tenant', 'must be absent, or a string that is not empty');
  if (attributes !== undefined && (typeof attributes !== 'object' || attributes === null))
    throw refused(where, '$.attributes', 'must be absent, or an object');
  return {
    id: nameOf(id),
    roles: roles.map(nameOf),
    ...(tenant === undefined ? {} : { tenant: nameOf(tenant) }),
    // What is in it is looked at where it is kept.
    ...(attributes === undefined ? {} : { attributes: attributes as Record<string, JsonValue> }),
  };
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

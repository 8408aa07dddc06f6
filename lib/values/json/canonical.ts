import { hash } from 'node:crypto';

/**
 * JSON in the one form of RFC 8785: sorted keys, no white space. `undefined` gives `'null'`.
 * The RFC writes texts and numbers as `JSON.stringify` does, so where the keys are in order already, it does all.
 */
export function canonicalJson(value: unknown): string {
  return (isInOrder(value) ? JSON.stringify(value) : write(value)) ?? 'null';
}

/** Hexadecimal SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data);
}

/** Hexadecimal SHA-256 of the canonical JSON of a value. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  if (hasOwnForm(value)) return false;
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    if (last !== undefined && key < last) return false;
    last = key;
    if (!isInOrder((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

/** As `JSON.stringify`, but key by key: an object can't hold keys like '10' and '9' in the order of the RFC. */
function write(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) as string | undefined;
  if (Array.isArray(value)) return `[${value.map((element) => write(element) ?? 'null').join(',')}]`;
  if (hasOwnForm(value)) return write(value.toJSON());
  const properties: string[] = [];
  for (const key of Object.keys(value).toSorted()) {
    const inner = write((value as Record<string, unknown>)[key]);
    if (inner !== undefined) properties.push(`${JSON.stringify(key)}:${inner}`);
  }
  return `{${properties.join(',')}}`;
}

function hasOwnForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

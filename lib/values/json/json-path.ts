/** `null`: no step deeper. */
export type PathKey = string | number | null;

const identifier = /^[A-Za-z_$][\w$]*$/;

/** A place inside a value as people write it: `$.items[3].callback`, `$["two words"]`. */
export function jsonPath(keys: readonly PathKey[]): string {
  let path = '$';
  for (const key of keys) {
    if (key === null) continue;
    if (typeof key === 'number') path += `[${key}]`;
    else path += identifier.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return path;
}

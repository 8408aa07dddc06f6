import type { JsonValue } from './json.js';

/** Who acts: a person or a service of the host's, as its `principal` function names it. */
export interface Principal {
  readonly id: string;
  readonly roles: readonly string[];
  readonly tenant?: string | undefined;
  readonly attributes?: { readonly [key: string]: JsonValue } | undefined;
}

import type { JsonValue, Usage } from '../values/index.js';
import type { CacheScope } from '../scope/index.js';

/** Bytes of results that are kept where nothing is said: 256 MB. */
export const defaultCacheBytes = 256 * 1024 * 1024;

/** Of the module. */
export interface CacheOptions {
  /** Most bytes of cached results, as text in UTF-8; above it the oldest go. @default 268435456 */
  readonly maxBytes?: number | undefined;
}

/** A result that may be given again. */
export interface CacheEntry {
  /** By which it is found: hexadecimal SHA-256, of what was asked and of whose it is. */
  readonly key: string;
  readonly scope: CacheScope;
  /** Of the run that it comes from; `''`: of no tenant. */
  readonly tenant: string;
  /** Id of the principal whose it is, with the scope `user`; else `''`. */
  readonly owner: string;
  /** Of the call: `model`, `step`. */
  readonly kind: string;
  readonly name: string;
  /** The run that it comes from, and the call in it. */
  readonly runId: string;
  readonly call: string;
  readonly result: JsonValue;
  /** What it has cost. */
  readonly usage: Usage;
}

/** Whose a result is, and by what it is found. */
export type CachePlace = Pick<CacheEntry, 'key' | 'scope' | 'tenant' | 'owner' | 'kind' | 'name'>;

/** What is to go. Empty: everything. */
export interface CacheFilter {
  /** Of the runs that results come from. @default all that the caller reaches */
  readonly tenant?: string | undefined;
  /** Id of a principal: only results with the scope `user`. @default all */
  readonly user?: string | undefined;
  /** Answers of models, or outputs of steps. @default both */
  readonly kind?: 'model' | 'step' | undefined;
  /** Of the model, `openai/gpt-5-mini`, or of the step, `answer.draft`. @default all */
  readonly name?: string | undefined;
  /** The run that results come from. @default all */
  readonly runId?: string | undefined;
}

export interface CacheStats {
  readonly entries: number;
  /** Of the results, as text in UTF-8. */
  readonly bytes: number;
}

/** Results that are given again. What has expired is not there any more. */
export abstract class CallCache {
  abstract get(key: string): Promise<CacheEntry | undefined>;
  /** In place of one with the same key. @param ttl milliseconds */
  abstract put(entry: CacheEntry, ttl: number): Promise<void>;
  /** @returns how many went */
  abstract clear(filter: CacheFilter): Promise<number>;
  /** Those of a person, and those that come from runs of that person. @returns how many went */
  abstract removeOf(tenant: string, person: string): Promise<number>;
  /** Those whose runs are not kept any more. @returns how many went */
  abstract removeOrphans(): Promise<number>;
  abstract stats(tenant: string | undefined): Promise<CacheStats>;
  /** @param limit most that go at once @returns how many went */
  abstract removeExpired(limit: number): Promise<number>;
  /** The oldest go until the rest has no more bytes than that. @returns how many went */
  abstract trim(bytes: number): Promise<number>;
}

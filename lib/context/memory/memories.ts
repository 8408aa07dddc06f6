import type { Page } from '../../values/index.js';
import type { Memory, MemoryScope } from './memory.js';

/** Of whom memories are. */
export interface MemoryPlace {
  /** `''`: of no tenant. */
  readonly tenant: string;
  readonly scope: MemoryScope;
  /** Id of the principal, or name of the agent; `''` for the whole tenant, and where nobody is known. */
  readonly owner: string;
}

/** A memory as it is written. */
export interface WrittenMemory
  extends MemoryPlace, Pick<Memory, 'id' | 'about' | 'text' | 'trust' | 'origin'> {
  /** Milliseconds from now. @default for good */
  readonly expiresIn: number | undefined;
}

export interface MemoryListing extends MemoryPlace {
  /** @default whatever they are about */
  readonly about?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What is remembered between runs. What has expired is not there any more. */
export abstract class Memories {
  /** One of the same id is remembered anew. */
  abstract put(memory: WrittenMemory): Promise<void>;
  /** The newest first. */
  abstract list(listing: MemoryListing): Promise<Page<Memory>>;
  abstract find(tenant: string, id: string): Promise<Memory | undefined>;
  /** @returns whether it was there */
  abstract remove(tenant: string, id: string): Promise<boolean>;
  /** All memories about somebody: in one place, or of a whole tenant. @returns how many there were */
  abstract removeAbout(where: MemoryPlace | Pick<MemoryPlace, 'tenant'>, about: string): Promise<number>;
  /** All memories about a person, and that person's own. @returns how many there were */
  abstract removeOf(tenant: string, person: string): Promise<number>;
  /** @param limit most that go at once @returns how many went */
  abstract removeExpired(limit: number): Promise<number>;
}

/** For whom a memory is: a person, everybody of a tenant, or an agent. */
export type MemoryScope = 'user' | 'tenant' | 'agent';

/** Where a memory comes from. */
export interface MemoryOrigin {
  /** `model`: by a tool; `code`: by a step; `person`: outside of any run, in somebody's name. */
  readonly by: 'model' | 'code' | 'person';
  /** Id of whom it was done for. */
  readonly principal?: string | undefined;
  readonly runId?: string | undefined;
  readonly step?: string | undefined;
  readonly agent?: string | undefined;
  /** Id of the message of a conversation in which it was said, as it was given. */
  readonly message?: string | undefined;
}

/** Something that is to be known later. */
export interface Memory {
  readonly id: string;
  /** Whom or what it is about, by an id of the host. */
  readonly about: string;
  readonly text: string;
  readonly scope: MemoryScope;
  /** Id of the principal whose it is, or name of the agent; absent where it is for the whole tenant. */
  readonly owner?: string | undefined;
  /** Whether what it says may be taken for the host's own. */
  readonly trust: 'trusted' | 'untrusted';
  readonly origin: MemoryOrigin;
  /** When it was remembered last. */
  readonly rememberedAt: Date;
  readonly expiresAt?: Date | undefined;
}

/** A memory as a step is given it: JSON. */
export interface RecalledMemory extends Omit<Memory, 'rememberedAt' | 'expiresAt'> {
  /** ISO 8601. */
  readonly rememberedAt: string;
  /** How much of the query it has, from 0 to 1: 0 where nothing was asked. */
  readonly score: number;
}

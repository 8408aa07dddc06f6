import type { JsonValue } from '../values/index.js';

/** What a knowledge base takes in. */
export interface Document {
  /** Names it within the base and the tenant: a document of the same name takes its place. At most 2,000 bytes of UTF-8. */
  readonly uri: string;
  /** Of more than 1,000 characters the beginning is kept. @default its first heading */
  readonly title?: string | undefined;
  /** At most 10 million characters. */
  readonly text: string;
  /** @default 'text/markdown' */
  readonly mediaType?: 'text/markdown' | 'text/plain' | undefined;
  /** ISO 639-1: `de`; `any`: words as they are written. @default that of the base */
  readonly language?: string | undefined;
  /** Who may read it: those with one of the roles. @default everybody of the tenant */
  readonly roles?: readonly string[] | undefined;
  /** Whether what it says may be taken for the host's own. @default 'untrusted' */
  readonly trust?: 'trusted' | 'untrusted' | undefined;
  /** Id of the person whom it is about: `ErasureService` takes it out with all else about that person. At most 512 bytes of UTF-8. @default nobody */
  readonly about?: string | undefined;
  /** What queries may filter by. @default {} */
  readonly metadata?: Readonly<Record<string, JsonValue>> | undefined;
  /** It is for all tenants: brought in by those who belong to none. @default false */
  readonly shared?: boolean | undefined;
}

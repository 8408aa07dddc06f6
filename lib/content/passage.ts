import type { JsonValue } from '../values/index.js';

/** Where a passage stands. */
export interface PassageSource {
  readonly uri: string;
  readonly title?: string | undefined;
  /** The headings above it: `Refunds › Deadlines`. */
  readonly section?: string | undefined;
  readonly version?: string | undefined;
}

/** A part of a document that may answer a question. */
export interface Passage {
  /** The same for the same passage, whatever was asked. */
  readonly id: string;
  readonly text: string;
  /** Higher is better; comparable within one retrieval only. */
  readonly score: number;
  readonly source: PassageSource;
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** Whether what it says may be taken for the host's own. @default 'untrusted' */
  readonly trust?: 'trusted' | 'untrusted' | undefined;
}

/** A passage as it was found and put on record. */
export interface RetrievedPassage extends Passage {
  readonly trust: 'trusted' | 'untrusted';
  /** Of the text: SHA-256 of its JSON, in hexadecimal. */
  readonly hash: string;
}

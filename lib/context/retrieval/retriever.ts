import type { JsonValue, Principal } from '../../values/index.js';

/** What is looked for. */
export interface RetrievalQuery {
  /** In words, as a person would ask: at most 10,000 characters. */
  readonly text: string;
  /** Most passages. From 1 to 200. @default 8 */
  readonly limit?: number | undefined;
  /** What the metadata of a passage has to contain, at any depth; of a list, each of these. @default anything */
  readonly filter?: Readonly<Record<string, JsonValue>> | undefined;
}

/** For whom it is looked for. */
export interface RetrievalContext {
  readonly runId: string;
  /** Of the run. */
  readonly principal: Principal | undefined;
  /** Aborts at the time-out, on cancel, when a sibling fails, when the lease is lost. */
  readonly signal: AbortSignal;
}

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

/**
 * Finds passages: a knowledge base, a search engine, a library. `RetrievalService` asks it, through the gate.
 * @example
 * class WebSearch extends Retriever {
 *   readonly name = 'web';
 *   async retrieve({ text, limit }: RetrievalQuery, { signal }: RetrievalContext) { … }
 * }
 */
export abstract class Retriever {
  /** In records and messages. */
  abstract readonly name: string;
  /** The best first. What belongs to others than the principal may not be among them. */
  abstract retrieve(query: RetrievalQuery, context: RetrievalContext): Promise<readonly Passage[]>;
  /** Puts passages into a better order, or leaves some out. @default as they come */
  rerank?(query: RetrievalQuery, passages: readonly Passage[]): Promise<readonly Passage[]>;
}

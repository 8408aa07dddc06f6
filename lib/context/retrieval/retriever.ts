import type { Passage } from '../../content/index.js';
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

import type { JsonValue } from '../../values/index.js';
import type { MemoryQuery } from '../memory/memory-options.js';
import type { Retriever } from '../retrieval/retriever.js';

/** What every part of a context takes. */
export interface PartOptions {
  /** It has to be in: where it does not fit, or there is nothing of it, nothing is assembled. @default false */
  readonly required?: boolean | undefined;
  /** Parts with a higher one are fitted first. @default 0 */
  readonly priority?: number | undefined;
  /** Most of all tokens that it may take: from above 0 to 1. @default what is left */
  readonly share?: number | undefined;
}

export interface TextPartOptions extends PartOptions {
  /** Whether the model may follow what it says. @default 'trusted': it is the host's own text */
  readonly trust?: 'trusted' | 'untrusted' | undefined;
}

export interface RetrievedPartOptions extends PartOptions {
  /** In words, as a person would ask. */
  readonly query: string;
  /** Most passages that are looked for. @default 8 */
  readonly limit?: number | undefined;
  /** What the metadata of a passage has to contain. @default anything */
  readonly filter?: Readonly<Record<string, JsonValue>> | undefined;
}

export interface MemoriesPartOptions extends PartOptions, MemoryQuery {}

/** What every part has. */
export interface NamedPart {
  /** Names the section that the model reads: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly options: PartOptions;
}

export interface GivenText extends NamedPart {
  readonly kind: 'text';
  readonly text: string;
  readonly options: TextPartOptions;
}

export interface GivenValue extends NamedPart {
  readonly kind: 'value';
  readonly value: unknown;
}

export interface GivenPassages extends NamedPart {
  readonly kind: 'retrieved';
  readonly retriever: Retriever;
  readonly options: RetrievedPartOptions;
}

export interface GivenConversation extends NamedPart {
  readonly kind: 'conversation';
  /** Id of the conversation. */
  readonly conversation: string;
}

export interface GivenMemories extends NamedPart {
  readonly kind: 'memories';
  readonly options: MemoriesPartOptions;
}

/** One part of what a model is given. Made by `part`. */
export type ContextPart = GivenText | GivenValue | GivenPassages | GivenConversation | GivenMemories;

/** The parts that a context is made of. */
export const part = {
  /** The host's own words, such as a policy: as a whole or not at all. */
  text: (name: string, text: string, options: TextPartOptions = {}): GivenText => ({
    kind: 'text',
    name,
    text,
    options,
  }),
  /** Data of the host, such as an order, as JSON: as a whole or not at all. */
  value: (name: string, value: unknown, options: PartOptions = {}): GivenValue => ({
    kind: 'value',
    name,
    value,
    options,
  }),
  /** Passages that a retriever finds, the best first; each as a whole. An answer may cite them. */
  retrieved: (name: string, retriever: Retriever, options: RetrievedPartOptions): GivenPassages => ({
    kind: 'retrieved',
    name,
    retriever,
    options,
  }),
  /** What was said last in a conversation: whole exchanges, without gaps. */
  conversation: (name: string, conversation: string, options: PartOptions = {}): GivenConversation => ({
    kind: 'conversation',
    name,
    conversation,
    options,
  }),
  /** What is remembered about somebody, what has most of the query first; each memory as a whole. */
  memories: (name: string, options: MemoriesPartOptions): GivenMemories => ({
    kind: 'memories',
    name,
    options,
  }),
};

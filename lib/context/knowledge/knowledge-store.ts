import type { JsonValue, Page } from '../../values/index.js';

/** Tells a document from all others. */
export interface DocumentKey {
  /** Name of the knowledge base. */
  readonly base: string;
  /** Of whom it is; `''`: of no tenant. */
  readonly tenant: string;
  /** It is for all tenants. */
  readonly shared: boolean;
  readonly uri: string;
}

/** A document as it is stored. */
export interface StoredDocument extends DocumentKey {
  readonly title: string | undefined;
  readonly mediaType: string;
  /** Name of a text search configuration of PostgreSQL: `german`. */
  readonly language: string;
  /** Who may read it. Undefined: everybody of its tenant. */
  readonly roles: readonly string[] | undefined;
  readonly trusted: boolean;
  /** Id of the person whom it is about. */
  readonly about: string | undefined;
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** The model that makes the vectors of its chunks. */
  readonly model: string | undefined;
  /** Of all that makes its chunks what they are. Hexadecimal. */
  readonly hash: string;
  /** Id of the principal who brings it in. */
  readonly ingestedBy: string | undefined;
}

/** A chunk as it is stored. */
export interface StoredChunk {
  readonly headings: readonly string[];
  readonly text: string;
  readonly tokens: number;
  /** Where the base has vectors: what it means, by a model. */
  readonly vector?: readonly number[] | undefined;
}

/** A document with all of its chunks, in their order. */
export interface WholeDocument {
  readonly document: StoredDocument;
  readonly chunks: readonly StoredChunk[];
}

/** For whom something is looked for: what others may not see is neither found nor counted. */
export interface KnowledgeReader {
  /** Whose documents, besides those that are shared. Null: those of no tenant. Undefined: all. */
  readonly tenant: string | null | undefined;
  /** Undefined: documents for any role. */
  readonly roles: readonly string[] | undefined;
}

export interface KnowledgeSearch {
  readonly base: string;
  readonly reader: KnowledgeReader;
  readonly text: string;
  /** What the metadata of the document has to have. */
  readonly filter: Readonly<Record<string, JsonValue>>;
  readonly limit: number;
}

export interface VectorSearch extends KnowledgeSearch {
  /** By which the vectors were made. */
  readonly model: string;
  readonly vector: readonly number[];
}

/** A chunk that was found, with its document. */
export interface FoundChunk {
  readonly id: string;
  readonly headings: readonly string[];
  readonly text: string;
  /** Higher is better. */
  readonly score: number;
  readonly uri: string;
  readonly title: string | undefined;
  readonly version: number;
  readonly trusted: boolean;
  readonly metadata: Readonly<Record<string, JsonValue>>;
}

/** How much somebody can find. */
export interface KnowledgeStats {
  readonly documents: number;
  readonly chunks: number;
  /** Estimated. */
  readonly tokens: number;
}

/** Documents to list. */
export interface DocumentListing {
  readonly base: string;
  readonly reader: KnowledgeReader;
  /** What the metadata has to have. */
  readonly filter: Readonly<Record<string, JsonValue>>;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor: string | undefined;
}

/** A document as it is listed: without its text. */
export interface ListedDocument {
  readonly uri: string;
  readonly title?: string;
  /** `2`: it has been changed once. */
  readonly version: string;
  /** Absent: it is of no tenant. */
  readonly tenant?: string;
  /** It is for all tenants. */
  readonly shared: boolean;
  /** Who may read it. Absent: everybody of its tenant. */
  readonly roles?: readonly string[];
  readonly trust: 'trusted' | 'untrusted';
  /** Id of the person whom it is about. */
  readonly about?: string;
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** When it was last new or changed. */
  readonly ingestedAt: Date;
  /** Id of the principal who brought it in. */
  readonly ingestedBy?: string;
}

export type PutOutcome = 'added' | 'changed' | 'unchanged';

/** Where documents of knowledge bases and their chunks are kept. */
export abstract class KnowledgeStore {
  /** For each document its hash as it is stored; undefined where there is none. */
  abstract hashesOf(keys: readonly DocumentKey[]): Promise<readonly (string | undefined)[]>;
  /**
   * Stores documents, all of them or none: each with all of its chunks in place of those that were there, or nothing where its hash is
   * the same. @param documents with different keys @returns for each what became of it
   */
  abstract put(documents: readonly WholeDocument[]): Promise<readonly PutOutcome[]>;
  /** @returns whether it was there */
  abstract remove(key: DocumentKey): Promise<boolean>;
  /** Documents about a person, in all bases. @returns how many there were */
  abstract removeAbout(tenant: string, person: string): Promise<number>;
  /** Documents, the newest first. */
  abstract list(listing: DocumentListing): Promise<Page<ListedDocument>>;
  /** Chunks that have any of the words, the best first. */
  abstract search(search: KnowledgeSearch): Promise<readonly FoundChunk[]>;
  /** Chunks whose vectors are nearest, by their cosine. */
  abstract similar(search: VectorSearch): Promise<readonly FoundChunk[]>;
  /** How vectors are searched, for people. */
  abstract vectorsBy(): Promise<string>;
  abstract stats(base: string, reader: KnowledgeReader): Promise<KnowledgeStats>;
}

import type { Clock } from '../../clock/index.js';
import type { MemoryStore } from '../../journal/index.js';
import { type JsonValue, newestPage, type Page } from '../../values/index.js';
import { listedPage, placeInList } from './document-list.js';
import { chunkIdOf, documentIdOf } from './knowledge-ids.js';
import {
  type DocumentKey,
  type DocumentListing,
  type FoundChunk,
  type KnowledgeReader,
  type KnowledgeSearch,
  type KnowledgeStats,
  KnowledgeStore,
  type ListedDocument,
  type PutOutcome,
  type StoredChunk,
  type VectorSearch,
  type WholeDocument,
} from './knowledge-store.js';
import { bestOf, bytesOfVector, ofUnitLength, productWith } from './vectors/numbers.js';

interface Kept extends WholeDocument {
  readonly ingestedAt: Date;
  readonly version: number;
}

/** Knowledge bases where there is no database. Words are compared as they are written: it knows no other forms of them. */
export class MemoryKnowledgeStore extends KnowledgeStore {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** What this store has put there. */
  private get kept(): Map<string, Kept> {
    return this.store.documents as Map<string, Kept>;
  }

  async hashesOf(keys: readonly DocumentKey[]): Promise<readonly (string | undefined)[]> {
    return keys.map((key) => this.kept.get(nameOf(key))?.document.hash);
  }

  async put(documents: readonly WholeDocument[]): Promise<readonly PutOutcome[]> {
    return documents.map((whole) => {
      const name = nameOf(whole.document);
      const before = this.kept.get(name);
      if (before?.document.hash === whole.document.hash) return 'unchanged';
      const ingestedAt = new Date(this.clock.now());
      this.kept.set(name, { ...whole, ingestedAt, version: (before?.version ?? 0) + 1 });
      return before ? 'changed' : 'added';
    });
  }

  async remove(key: DocumentKey): Promise<boolean> {
    return this.kept.delete(nameOf(key));
  }

  async removeAbout(tenant: string, person: string): Promise<number> {
    const gone = [...this.kept].filter(
      ([, { document }]) => document.tenant === tenant && document.about === person,
    );
    for (const [name] of gone) this.kept.delete(name);
    return gone.length;
  }

  async list({ base, reader, filter, ...page }: DocumentListing): Promise<Page<ListedDocument>> {
    const records = this.visible(base, reader, filter).map(({ document, ...kept }) => ({
      ...document,
      ...kept,
      id: documentIdOf(document),
    }));
    return listedPage(newestPage(records, page, placeInList));
  }

  async search({ base, reader, text, filter, limit }: KnowledgeSearch): Promise<readonly FoundChunk[]> {
    const asked = new Set(wordsOf(text));
    const found = this.visible(base, reader, filter)
      .flatMap((kept) => kept.chunks.map((chunk, ordinal) => foundChunk(kept, chunk, ordinal, asked)))
      .filter(({ score }) => score > 0);
    return bestOf(found, limit);
  }

  async similar({
    base,
    reader,
    filter,
    model,
    vector,
    limit,
  }: VectorSearch): Promise<readonly FoundChunk[]> {
    const asked = ofUnitLength(vector);
    const found = this.visible(base, reader, filter)
      .filter(({ document }) => document.model === model)
      .flatMap((kept) =>
        kept.chunks.map((chunk, ordinal) => ({
          ...foundChunk(kept, chunk, ordinal, new Set()),
          score: productWith(asked, bytesOfVector(chunk.vector ?? [])),
        })),
      );
    return bestOf(found, limit).filter(({ score }) => score > 0);
  }

  async vectorsBy(): Promise<string> {
    return 'comparison in the process';
  }

  async stats(base: string, reader: KnowledgeReader): Promise<KnowledgeStats> {
    const visible = this.visible(base, reader, {});
    const chunks = visible.flatMap((one) => one.chunks);
    return {
      documents: visible.length,
      chunks: chunks.length,
      tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0),
    };
  }

  private visible(
    base: string,
    { tenant, roles }: KnowledgeReader,
    filter: KnowledgeSearch['filter'],
  ): Kept[] {
    return [...this.kept.values()].filter(
      ({ document }) =>
        document.base === base &&
        (tenant === undefined || document.shared || document.tenant === (tenant ?? '')) &&
        (roles === undefined ||
          document.roles === undefined ||
          document.roles.some((role) => roles.includes(role))) &&
        contains(document.metadata, filter),
    );
  }
}

function nameOf({ base, tenant, shared, uri }: DocumentKey): string {
  return JSON.stringify([base, tenant, shared, uri]);
}

function foundChunk(
  { document, version }: Kept,
  chunk: StoredChunk,
  ordinal: number,
  asked: ReadonlySet<string>,
): FoundChunk {
  const { uri, title, trusted, metadata } = document;
  const { headings, text } = chunk;
  const above = wordsOf([title ?? '', ...headings].join(' '));
  const words = wordsOf(text);
  const hits =
    words.filter((word) => asked.has(word)).length + 2 * above.filter((word) => asked.has(word)).length;
  return {
    id: chunkIdOf(documentIdOf(document), ordinal, chunk),
    headings,
    text,
    score: hits / Math.log(Math.E + words.length),
    uri,
    title,
    version,
    trusted,
    metadata,
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Whether a value has all that another one has, as `@>` of PostgreSQL's jsonb. */
function contains(value: JsonValue | undefined, wanted: JsonValue): boolean {
  if (isList(wanted))
    return isList(value) && wanted.every((one) => value.some((other) => contains(other, one)));
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null || isList(value)) return false;
  return Object.entries(wanted).every(
    ([name, one]) => Object.hasOwn(value, name) && contains(value[name], one),
  );
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

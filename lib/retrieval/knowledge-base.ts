import { type AccessControl, principalOf, tenantOfCaller } from '../access/index.js';
import {
  type FoundChunk,
  type KnowledgeReader,
  type KnowledgeSearch,
  type KnowledgeStats,
  type KnowledgeStore,
  type ListedDocument,
  type RetrievalContext,
  type RetrievalQuery,
  type RetrievalService,
  Retriever,
} from '../context/index.js';
import type { Passage, RetrievedPassage } from '../content/index.js';
import type { ModelService } from '../models/index.js';
import type { Page } from '../values/index.js';
import type { Document } from './document.js';
import { type DocumentFilter, readDocumentFilter } from './document-filter.js';
import { accessOf, type KnowledgeBaseOptions } from './knowledge-base.options.js';
import { ChunkEmbedder } from './embedding/chunk-embedder.js';
import { logSafely } from '../errors/index.js';
import { fused } from './fusion.js';
import { Ingestion, type IngestReport, type Owner } from './ingestion.js';
import { type ReadDocument, readDocument } from './read-document.js';

export interface KnowledgeBasePorts {
  readonly store: KnowledgeStore;
  readonly control: AccessControl;
  readonly retrieval: RetrievalService;
  readonly models: Pick<ModelService, 'embed'>;
}

/** Of each list that is fused. */
const leastFused = 30;

/** Documents that are cut into chunks and searched. What a principal may not see is neither found nor counted. */
export class KnowledgeBase extends Retriever {
  private readonly access;
  private readonly reading;
  private readonly embedder: ChunkEmbedder | undefined;
  private readonly mode: NonNullable<KnowledgeBaseOptions['search']>;

  constructor(
    readonly name: string,
    { language = 'en', access, chunking = {}, embedding, search }: KnowledgeBaseOptions,
    private readonly ports: KnowledgeBasePorts,
  ) {
    super();
    this.access = accessOf(access);
    this.reading = { language, chunking, model: embedding?.model };
    this.embedder = embedding && new ChunkEmbedder(ports.models, embedding.model);
    this.mode = search ?? (embedding ? 'fusion' : 'text');
  }

  /** @internal Says how vectors are searched. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.embedder) return;
    try {
      logSafely('log', `Knowledge base '${this.name}': vectors by ${await this.ports.store.vectorsBy()}.`);
    } catch {
      // A database that is away now is asked again by the first search.
    }
  }

  /**
   * Chunks that may answer a question, the best first: through the gate, as `RetrievalService.retrieve`.
   * @throws {AccessDeniedError} if the caller may not read the base
   * @example
   * const passages = await this.articles.search({ text: question, limit: 5, filter: { topic: 'billing' } });
   */
  search(query: string | RetrievalQuery): Promise<readonly RetrievedPassage[]> {
    return this.ports.retrieval.retrieve(this, query);
  }

  /** @internal Below the gate. */
  async retrieve(
    { text, limit = 1, filter = {} }: RetrievalQuery,
    _: RetrievalContext,
  ): Promise<readonly Passage[]> {
    const reader = await this.reader();
    const found = await this.found({ base: this.name, reader, text, filter, limit });
    return found.map(({ id, text: body, score, uri, title, headings, version, metadata, trusted }) => ({
      id,
      text: body,
      score,
      source: {
        uri,
        ...(title === undefined ? {} : { title }),
        ...(headings.length === 0 ? {} : { section: headings.join(' › ') }),
        version: String(version),
      },
      metadata,
      trust: trusted ? 'trusted' : 'untrusted',
    }));
  }

  /**
   * Takes documents in, several in a transaction: each in place of the one of the same name, if there is one. What is there already
   * as it is costs one look, so that what was interrupted is done by doing it again. In a step it shows its progress, and renews
   * `idleTimeout`.
   * @throws {InputValidationError} for what is not a document: of a list before any of it is taken in
   * @throws {AccessDeniedError} if the caller may not bring documents in, or shared ones
   */
  async ingest(documents: Iterable<Document> | AsyncIterable<Document>): Promise<IngestReport> {
    const given = Array.isArray(documents)
      ? documents.map((document, index) => readDocument(document, `documents[${index}]`, this.reading))
      : this.readEach(documents);
    const { embedder, name } = this;
    const ports = { store: this.ports.store, embedder, owner: (shared: boolean) => this.owner(shared) };
    return new Ingestion(name, ports).take(given);
  }

  /** @returns whether there was such a document @throws {AccessDeniedError} */
  async remove(
    uri: string,
    { shared = false }: { readonly shared?: boolean | undefined } = {},
  ): Promise<boolean> {
    const { tenant } = await this.owner(shared);
    return this.ports.store.remove({ base: this.name, tenant, shared, uri });
  }

  /**
   * Documents that the caller can find, the newest first: those that have gone at their source can be taken out.
   * @throws {InputValidationError} {AccessDeniedError}
   * @example
   * const { items, next } = await this.articles.list({ filter: { topic: 'billing' } });
   */
  async list(filter: DocumentFilter = {}): Promise<Page<ListedDocument>> {
    const asked = readDocumentFilter(filter);
    return this.ports.store.list({ ...asked, base: this.name, reader: await this.reader() });
  }

  /** How much the caller can find. @throws {AccessDeniedError} */
  async stats(): Promise<KnowledgeStats> {
    return this.ports.store.stats(this.name, await this.reader());
  }

  private async *readEach(
    documents: Iterable<Document> | AsyncIterable<Document>,
  ): AsyncGenerator<ReadDocument> {
    let index = 0;
    for await (const document of documents)
      yield readDocument(document, `documents[${index++}]`, this.reading);
  }

  private async found(search: KnowledgeSearch): Promise<readonly FoundChunk[]> {
    const { store } = this.ports;
    const { embedder, mode } = this;
    if (mode === 'text' || !embedder) return store.search(search);
    const similar = async (limit: number) => {
      const vector = await embedder.vectorOf(search.text);
      return store.similar({ ...search, limit, vector, model: embedder.model });
    };
    if (mode === 'vectors') return similar(search.limit);
    // What is far down in both lists may be up in the fused one.
    const deep = Math.max(leastFused, search.limit * 3);
    const lists = await Promise.all([store.search({ ...search, limit: deep }), similar(deep)]);
    return fused(lists).slice(0, search.limit);
  }

  /** Whose a document becomes that the caller brings in. @throws {AccessDeniedError} if the caller may not */
  private async owner(shared: boolean): Promise<Owner> {
    const { control } = this.ports;
    const caller = await control.caller(undefined, 'knowledge.ingest');
    const ingestedBy = principalOf(caller)?.id;
    const resource = { kind: 'knowledge', name: this.name };
    if (shared) {
      await control.assertShared(caller, 'knowledge.ingest', resource);
      return { tenant: '', ingestedBy };
    }
    const tenant = tenantOfCaller(caller);
    const owned = { ...resource, ...(tenant === undefined ? {} : { tenant }) };
    await control.assert(caller, 'knowledge.ingest', owned, this.access.ingest);
    return { tenant: tenant ?? '', ingestedBy };
  }

  /** @throws {AccessDeniedError} */
  private async reader(): Promise<KnowledgeReader> {
    const { control } = this.ports;
    const caller = await control.caller(undefined, 'knowledge.read');
    const tenant = control.tenantOf(caller, 'knowledge.read');
    const resource = { kind: 'knowledge', name: this.name, ...(tenant ? { tenant } : {}) };
    await control.assert(caller, 'knowledge.read', resource, this.access.read);
    return { tenant, roles: principalOf(caller)?.roles };
  }
}

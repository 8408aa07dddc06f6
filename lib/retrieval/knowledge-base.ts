import { type AccessControl, principalOf, tenantOfCaller } from '../access/index.js';
import {
  type DocumentKey,
  type KnowledgeReader,
  type KnowledgeStats,
  type KnowledgeStore,
  type Passage,
  type RetrievalContext,
  type RetrievalQuery,
  type RetrievalService,
  type RetrievedPassage,
  Retriever,
} from '../context/index.js';
import { currentScope } from '../scope/index.js';
import type { Document } from './document.js';
import { accessOf, type KnowledgeBaseOptions } from './knowledge-base.options.js';
import { type ReadDocument, readDocument } from './read-document.js';

/** What has become of documents that were brought in. */
export interface IngestReport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

export interface KnowledgeBasePorts {
  readonly store: KnowledgeStore;
  readonly control: AccessControl;
  readonly retrieval: RetrievalService;
}

/** Documents between two signs of progress. */
const progressEvery = 20;

/** Documents that are cut into chunks and searched. What a principal may not see is neither found nor counted. */
export class KnowledgeBase extends Retriever {
  private readonly access;
  private readonly reading;

  constructor(
    readonly name: string,
    { language = 'en', access, chunking = {} }: KnowledgeBaseOptions,
    private readonly ports: KnowledgeBasePorts,
  ) {
    super();
    this.access = accessOf(access);
    this.reading = { language, chunking };
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
    const found = await this.ports.store.search({ base: this.name, reader, text, filter, limit });
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
   * Takes documents in, each in a transaction of its own: in place of the one of the same name, if there is one. What is there already
   * as it is costs one look, so that what was interrupted is done by doing it again. In a step it shows its progress, and renews
   * `idleTimeout`.
   * @throws {InputValidationError} for what is not a document: of a list before any of it is taken in
   * @throws {AccessDeniedError} if the caller may not bring documents in, or shared ones
   */
  async ingest(documents: Iterable<Document> | AsyncIterable<Document>): Promise<IngestReport> {
    const report = { added: 0, changed: 0, unchanged: 0 };
    const given = Array.isArray(documents)
      ? documents.map((document, index) => readDocument(document, `documents[${index}]`, this.reading))
      : this.readEach(documents);
    for await (const document of given) {
      report[await this.put(document)] += 1;
      const done = report.added + report.changed + report.unchanged;
      if (done % progressEvery === 0) tellProgress({ ...report });
    }
    tellProgress({ ...report });
    return report;
  }

  /** @returns whether there was such a document @throws {AccessDeniedError} */
  async remove(
    uri: string,
    { shared = false }: { readonly shared?: boolean | undefined } = {},
  ): Promise<boolean> {
    const { key } = await this.keyOf({ uri, shared });
    return this.ports.store.remove(key);
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

  private async put(document: ReadDocument) {
    const { key, ingestedBy } = await this.keyOf(document);
    const { store } = this.ports;
    if ((await store.hashOf(key)) === document.hash) return 'unchanged';
    const { chunks, ...facts } = document;
    return store.put({ ...facts, ...key, ingestedBy }, chunks());
  }

  /** @throws {AccessDeniedError} if the caller may not change it */
  private async keyOf({ uri, shared }: Pick<Document, 'uri' | 'shared'>): Promise<{
    readonly key: DocumentKey;
    readonly ingestedBy: string | undefined;
  }> {
    const { control } = this.ports;
    const caller = await control.caller(undefined, 'knowledge.ingest');
    const tenant = tenantOfCaller(caller) ?? '';
    const resource = { kind: 'knowledge', name: this.name };
    const rule = this.access.ingest;
    if (shared) await control.assertShared(caller, 'knowledge.ingest', resource);
    else
      await control.assert(
        caller,
        'knowledge.ingest',
        { ...resource, ...(tenant === '' ? {} : { tenant }) },
        rule,
      );
    return {
      key: { base: this.name, tenant: shared ? '' : tenant, shared: shared ?? false, uri },
      ingestedBy: principalOf(caller)?.id,
    };
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

function tellProgress(report: { readonly [name in keyof IngestReport]: number }): void {
  const context = currentScope()?.context;
  context?.heartbeat();
  context?.progress(report);
}

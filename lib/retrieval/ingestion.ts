import type { DocumentKey, KnowledgeStore, PutOutcome, WholeDocument } from '../context/index.js';
import { currentScope } from '../scope/index.js';
import { type ChunkEmbedder, mostTexts } from './embedding/chunk-embedder.js';
import type { ReadDocument } from './read-document.js';

/** What has become of documents that were brought in. */
export interface IngestReport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** Whose a document becomes. */
export interface Owner {
  /** `''`: of no tenant. */
  readonly tenant: string;
  readonly ingestedBy: string | undefined;
}

/** Whose documents become, asked once for those of the caller and once for shared ones. */
class Owners {
  private readonly known = new Map<boolean, Promise<Owner>>();

  constructor(private readonly ask: (shared: boolean) => Promise<Owner>) {}

  of(shared: boolean): Promise<Owner> {
    const known = this.known.get(shared) ?? this.ask(shared);
    this.known.set(shared, known);
    return known;
  }
}

export interface IngestionPorts {
  readonly store: KnowledgeStore;
  /** Absent where documents are found by their words only. */
  readonly embedder: ChunkEmbedder | undefined;
  /** Whose documents become. @throws {AccessDeniedError} */
  owner(shared: boolean): Promise<Owner>;
}

/** A document that is not stored yet. */
interface Pending {
  readonly document: ReadDocument;
  readonly key: DocumentKey;
  readonly ingestedBy: string | undefined;
}

/** Documents that are looked up at once, unless they have more characters than this. */
const mostDocuments = 64;
const mostCharacters = 1_000_000;

/** Brings documents into a knowledge base, several in one transaction, and in one request to the model that embeds them. */
export class Ingestion {
  private readonly report = { added: 0, changed: 0, unchanged: 0 };
  private readonly owners = new Owners((shared) => this.ports.owner(shared));
  private pending: Pending[] = [];

  /** @param base its name */
  constructor(
    private readonly base: string,
    private readonly ports: IngestionPorts,
  ) {}

  async take(documents: Iterable<ReadDocument> | AsyncIterable<ReadDocument>): Promise<IngestReport> {
    try {
      for await (const document of documents) await this.takeOne(document);
    } finally {
      // Also those that came before one which can't be read.
      await this.storePending();
    }
    return this.report;
  }

  private async takeOne(document: ReadDocument): Promise<void> {
    const { tenant, ingestedBy } = await this.owners.of(document.shared);
    const key = { base: this.base, tenant, shared: document.shared, uri: document.uri };
    // Of two of the same name the later one counts, so the earlier one is stored before.
    if (this.pending.some((one) => isSame(one.key, key))) await this.storePending();
    this.pending.push({ document, key, ingestedBy });
    const characters = this.pending.reduce((sum, one) => sum + one.document.characters, 0);
    if (this.pending.length >= mostDocuments || characters >= mostCharacters) await this.storePending();
  }

  private async storePending(): Promise<void> {
    const { pending } = this;
    this.pending = [];
    if (pending.length === 0) return;
    const hashes = await this.ports.store.hashesOf(pending.map(({ key }) => key));
    const changed = pending.filter(({ document }, index) => hashes[index] !== document.hash);
    this.count(pending.slice(changed.length).map(() => 'unchanged'));
    let group: WholeDocument[] = [];
    for (const one of changed) {
      group.push(whole(one));
      const chunks = group.reduce((sum, { chunks: own }) => sum + own.length, 0);
      if (chunks < mostTexts) continue;
      await this.store(group);
      group = [];
    }
    if (group.length > 0) await this.store(group);
  }

  /** All of them or none. */
  private async store(documents: readonly WholeDocument[]): Promise<void> {
    const { store, embedder } = this.ports;
    if (!embedder) return this.count(await store.put(documents));
    const all = await embedder.embedded(documents.flatMap(({ chunks }) => chunks));
    let start = 0;
    const embedded = documents.map(({ document, chunks: { length } }) => ({
      document,
      chunks: all.slice(start, (start += length)),
    }));
    this.count(await store.put(embedded));
  }

  /** In a step: it goes on. */
  private count(outcomes: readonly PutOutcome[]): void {
    for (const outcome of outcomes) this.report[outcome] += 1;
    const context = currentScope()?.context;
    context?.heartbeat();
    context?.progress({ ...this.report });
  }
}

function whole({ document: { chunks, characters: _, ...facts }, key, ingestedBy }: Pending): WholeDocument {
  return { document: { ...facts, ...key, ingestedBy }, chunks: chunks() };
}

function isSame(one: DocumentKey, other: DocumentKey): boolean {
  return one.uri === other.uri && one.shared === other.shared;
}

import type { DocumentKey, KnowledgeStore, StoredChunk } from '../context/index.js';
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

/** A document whose chunks are not stored yet. */
interface Pending {
  readonly document: ReadDocument;
  readonly key: DocumentKey;
  readonly owner: Owner;
  readonly chunks: readonly StoredChunk[];
}

/** Documents between two signs of progress. */
const progressEvery = 20;

/** Brings documents into a knowledge base, several in one request to the model that embeds them, each in a transaction of its own. */
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
    tellProgress({ ...this.report });
    return this.report;
  }

  private async takeOne(document: ReadDocument): Promise<void> {
    const owner = await this.owners.of(document.shared);
    const key = { base: this.base, tenant: owner.tenant, shared: document.shared, uri: document.uri };
    // Of two of the same name the later one counts, so the earlier one is stored before.
    if (this.pending.some((one) => isSame(one.key, key))) await this.storePending();
    if ((await this.ports.store.hashOf(key)) === document.hash) return this.count('unchanged');
    this.pending.push({ document, key, owner, chunks: document.chunks() });
    const chunks = this.pending.reduce((sum, one) => sum + one.chunks.length, 0);
    if (!this.ports.embedder || chunks >= mostTexts) await this.storePending();
  }

  private async storePending(): Promise<void> {
    const { pending, ports } = this;
    this.pending = [];
    const plain = pending.flatMap(({ chunks }) => chunks);
    const chunks = ports.embedder ? await ports.embedder.embedded(plain) : plain;
    let start = 0;
    for (const { document, key, owner, chunks: own } of pending) {
      const { chunks: _, ...facts } = document;
      const stored = { ...facts, ...key, ingestedBy: owner.ingestedBy };
      this.count(await ports.store.put(stored, chunks.slice(start, start + own.length)));
      start += own.length;
    }
  }

  private count(outcome: keyof IngestReport): void {
    this.report[outcome] += 1;
    const done = this.report.added + this.report.changed + this.report.unchanged;
    if (done % progressEvery === 0) tellProgress({ ...this.report });
  }
}

function isSame(one: DocumentKey, other: DocumentKey): boolean {
  return one.uri === other.uri && one.shared === other.shared;
}

/** In a step: it goes on. */
function tellProgress(report: { readonly [name in keyof IngestReport]: number }): void {
  const context = currentScope()?.context;
  context?.heartbeat();
  context?.progress(report);
}

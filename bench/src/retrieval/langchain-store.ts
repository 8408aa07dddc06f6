import { PGVectorStore } from '@langchain/community/vectorstores/pgvector';
import { Embeddings } from '@langchain/core/embeddings';
import { ngramEmbeddings } from 'nestjs-nestor/retrieval';
import type { Pool } from 'pg';
import type { Page } from './corpus.js';
import { dimensions } from './nestor-base.js';

/** The same vectors as the knowledge base has. */
class NgramEmbeddings extends Embeddings {
  private readonly model = ngramEmbeddings();

  constructor() {
    super({});
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    const { signal } = new AbortController();
    const { vectors } = await this.model.embed(`${dimensions}`, texts, signal);
    return vectors.map((vector) => [...vector]);
  }

  async embedQuery(text: string): Promise<number[]> {
    const [vector = []] = await this.embedDocuments([text]);
    return vector;
  }
}

/** LangChain's store on pgvector, with an HNSW index. */
export async function openLangChain(pool: Pool) {
  const store = await PGVectorStore.initialize(new NgramEmbeddings(), {
    pool,
    tableName: 'langchain_pages',
    distanceStrategy: 'cosine',
    dimensions,
  });
  await store.createHnswIndex({ dimensions });
  return {
    async ingest(pages: Iterable<Page>, atOnce = 64): Promise<void> {
      let batch: Page[] = [];
      const put = async () => {
        await store.addDocuments(
          batch.map(({ uri, text, part }) => ({ pageContent: text, metadata: { uri, part } })),
        );
        batch = [];
      };
      for (const page of pages) {
        batch.push(page);
        if (batch.length === atOnce) await put();
      }
      if (batch.length > 0) await put();
    },
    /** It holds a connection of the pool until then. */
    end: () => store.end(),
    async search(text: string, filter?: { part: number }): Promise<number> {
      return (await store.similaritySearch(text, 5, filter)).length;
    },
  };
}

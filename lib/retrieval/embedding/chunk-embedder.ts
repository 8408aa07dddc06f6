import type { StoredChunk } from '../../context/index.js';
import type { ModelService } from '../../models/index.js';
import { headedText } from '../chunking/chunks.js';

/** Texts of one request: with vectors of 3,072 numbers more would not fit into a record. */
const mostTexts = 8;

/** Puts what chunks and queries mean into numbers, by a model: through the gate, as all calls of models. */
export class ChunkEmbedder {
  constructor(
    private readonly models: Pick<ModelService, 'embed'>,
    /** An alias, or `provider/model`. */
    readonly model: string,
  ) {}

  /** Chunks with their vectors, made from text and headings. */
  async embedded(chunks: readonly StoredChunk[]): Promise<StoredChunk[]> {
    const all: StoredChunk[] = [];
    for (let start = 0; start < chunks.length; start += mostTexts) {
      const part = chunks.slice(start, start + mostTexts);
      const { vectors } = await this.models.embed({ model: this.model, texts: part.map(headedText) });
      all.push(...part.map((chunk, index) => ({ ...chunk, vector: vectors[index] ?? [] })));
    }
    return all;
  }

  async vectorOf(text: string): Promise<readonly number[]> {
    const { vectors } = await this.models.embed({ model: this.model, texts: [text] });
    return vectors[0] ?? [];
  }
}

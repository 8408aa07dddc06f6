import type { StoredChunk } from '../../context/index.js';
import type { ModelService } from '../../models/index.js';
import { headedText } from '../chunking/chunks.js';

/** Most texts of one request. */
export const mostTexts = 64;
/** Most characters of one request, unless it is a single text: what is asked of a model has to fit into a record. */
const mostCharacters = 64_000;

/** Puts what chunks and queries mean into numbers, by a model: through the gate, as all calls of models. */
export class ChunkEmbedder {
  constructor(
    private readonly models: Pick<ModelService, 'embed'>,
    /** An alias, or `provider/model`. */
    readonly model: string,
  ) {}

  /** Chunks with their vectors, made from text and headings. The vectors are kept with the chunks, and not in the journal. */
  async embedded(chunks: readonly StoredChunk[]): Promise<StoredChunk[]> {
    const all: StoredChunk[] = [];
    for (const part of requestsOf(chunks)) {
      const texts = part.map(headedText);
      const { vectors } = await this.models.embed({ model: this.model, texts, remember: false });
      all.push(...part.map((chunk, index) => ({ ...chunk, vector: vectors[index] ?? [] })));
    }
    return all;
  }

  /** What was found with it is on record, and not the vector. */
  async vectorOf(text: string): Promise<readonly number[]> {
    const { vectors } = await this.models.embed({ model: this.model, texts: [text], remember: false });
    return vectors[0] ?? [];
  }
}

/** Chunks in their order, as many together as one request takes. */
function requestsOf(chunks: readonly StoredChunk[]): StoredChunk[][] {
  const requests: StoredChunk[][] = [];
  let characters = 0;
  for (const chunk of chunks) {
    const { length } = headedText(chunk);
    const last = requests.at(-1);
    characters += length;
    if (last && last.length < mostTexts && characters <= mostCharacters) last.push(chunk);
    else {
      requests.push([chunk]);
      characters = length;
    }
  }
  return requests;
}

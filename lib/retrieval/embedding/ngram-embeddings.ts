import { ModelCallError } from '../../errors/index.js';
import {
  type ModelDelta,
  ModelProvider,
  type ModelPrice,
  type ProviderAnswer,
  type ProviderEmbeddings,
} from '../../models/index.js';
import { ngramVector } from './ngram-vector.js';

/** Numbers of a vector where the model's name says nothing else. */
const usualDimensions = 512;

/**
 * Vectors without a vendor, the same for the same text: for tests, and where nothing may leave the house. They know how words are
 * written, and not what they mean. The model's name is how long they are: `ngram/512`.
 * @example
 * OrchestrationModule.forRoot({ models: { providers: [openai({ apiKey }), ngramEmbeddings()], default: 'openai/gpt-5-mini' } })
 */
export function ngramEmbeddings(): ModelProvider {
  return new NgramEmbeddings();
}

class NgramEmbeddings extends ModelProvider {
  readonly name = 'ngram';

  async generate(): Promise<ProviderAnswer> {
    throw onlyVectors();
  }

  // It only throws.
  // oxlint-disable-next-line require-yield
  async *stream(): AsyncGenerator<ModelDelta> {
    throw onlyVectors();
  }

  async embed(model: string, texts: readonly string[]): Promise<ProviderEmbeddings> {
    const dimensions = /^\d{2,4}$/.test(model) ? Number(model) : usualDimensions;
    return {
      vectors: texts.map((text) => ngramVector(text, dimensions)),
      usage: { inputTokens: 0, outputTokens: 0 },
    };
  }

  override price(): ModelPrice {
    return { inputPerMillion: 0, outputPerMillion: 0 };
  }
}

function onlyVectors(): ModelCallError {
  return new ModelCallError('ngram makes vectors of texts, and no answers: ask another model.', {
    transient: false,
  });
}

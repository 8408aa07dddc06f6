import { readProperty } from '../../text/index.js';
import type { ProviderEmbeddings } from './model-provider.js';
import { truncatedAnswer } from './provider-failure.js';

/**
 * The vectors that a provider has given: one for each text, of finite numbers, all of one length. A vector in the wrong
 * place, or of another space, would be found by nobody afterwards.
 * @param count of the texts
 * @throws {ModelCallError} whose outcome is unknown: the model has worked, and is paid
 */
export function providerEmbeddings(given: unknown, count: number, model: string): ProviderEmbeddings {
  const vectors = readProperty(given, 'vectors');
  if (!Array.isArray(vectors)) throw truncatedAnswer(model, 'the provider gave no vectors');
  if (vectors.length !== count)
    throw truncatedAnswer(model, `it gave ${vectors.length} vectors for ${count} texts`);
  const read = Array.from(vectors, (vector: unknown, index) => readVector(vector, index, model));
  const length = read[0]?.length ?? 0;
  const other = read.findIndex((vector) => vector.length !== length);
  if (other >= 0) {
    const found = read[other]?.length;
    throw truncatedAnswer(
      model,
      `its vectors have different lengths: that of text 1 has ${length} numbers, that of text ${other + 1} has ${found}`,
    );
  }
  return { vectors: read, usage: readProperty(given, 'usage') as ProviderEmbeddings['usage'] };
}

function readVector(vector: unknown, index: number, model: string): readonly number[] {
  if (!Array.isArray(vector) || vector.length === 0)
    throw truncatedAnswer(model, `it gave no vector for text ${index + 1}`);
  const wrong = vector.findIndex((number) => !Number.isFinite(number));
  if (wrong < 0) return vector as number[];
  throw truncatedAnswer(
    model,
    `number ${wrong + 1} of its vector for text ${index + 1} is not a finite number`,
  );
}

import {
  type AnswerBody,
  answerParts,
  truncatedAnswer,
  fieldsOf,
  indexOf,
  type ProviderEmbeddings,
  reportedError,
} from '../models/index.js';
import { embeddingUsage } from './openai-usage.js';

/** Read from the response, in one piece. @throws {ModelCallError} if it is not JSON */
export async function* embeddingAnswers(
  response: AnswerBody,
  model: string,
): AsyncGenerator<ProviderEmbeddings> {
  for await (const part of answerParts(response, model)) {
    if (part.kind !== 'done') yield embeddingAnswer(part.value, model);
  }
}

/**
 * What a server of OpenAI's Embeddings has answered. Vectors are put in the order of their `index`; servers that give none,
 * one for all, or base64 although numbers were asked for, are read.
 * @param body of the answer, parsed
 * @throws an error that the server reports; {ModelCallError} if it holds no vectors, or places that contradict each other
 */
export function embeddingAnswer(body: unknown, model: string): ProviderEmbeddings {
  const error = reportedError(body);
  if (error) throw error;
  const { data, usage } = fieldsOf(body);
  if (!Array.isArray(data)) throw truncatedAnswer(model, 'the answer is not a list of embeddings');
  const vectors = inOrder(data, model).map((entry) => numbersOf(fieldsOf(entry)['embedding']));
  // Whether they are vectors is checked for all providers alike.
  return { vectors: vectors as readonly number[][], usage: embeddingUsage(usage) };
}

function inOrder(entries: readonly unknown[], model: string): readonly unknown[] {
  const places = entries.map((entry) => indexOf(fieldsOf(entry)['index']));
  const placed = new Map(places.map((place, index) => [place, entries[index]]));
  // Without places, or with one for all, only the order of the answer tells.
  if (placed.size <= 1) return entries;
  if (places.every((_, index) => placed.has(index))) return entries.map((_, index) => placed.get(index));
  throw truncatedAnswer(model, `the places of its ${entries.length} vectors are ${places.join(', ')}`);
}

/** Base64 holds 32-bit floats, little-endian. Undefined where it is damaged: what is left would be another vector. */
function numbersOf(embedding: unknown): unknown {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Buffer.from(embedding, 'base64');
  const isWhole =
    bytes.length % 4 === 0 && bytes.toString('base64').replace(/=+$/, '') === embedding.replace(/=+$/, '');
  if (!isWhole) return undefined;
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

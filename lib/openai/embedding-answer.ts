import {
  type AnswerBody,
  answerParts,
  brokenAnswer,
  embeddingUsage,
  fieldsOf,
  indexOf,
  listOf,
  type ProviderEmbeddings,
  reportedError,
} from '../models/index.js';

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
 * What a server of OpenAI's Embeddings has answered. Vectors are put in the order of their `index`, where each has one;
 * servers that give base64 although numbers were asked for are read.
 * @param body of the answer, parsed
 * @throws an error that the server reports; {ModelCallError} if it holds no vectors
 */
export function embeddingAnswer(body: unknown, model: string): ProviderEmbeddings {
  const error = reportedError(body);
  if (error) throw error;
  const { data, usage } = fieldsOf(body);
  if (!Array.isArray(data)) throw brokenAnswer(model, 'the answer is not a list of embeddings');
  const vectors = inOrder(listOf(data)).map((entry) => numbersOf(fieldsOf(entry)['embedding']));
  // Whether they are vectors is checked for all providers alike.
  return { vectors: vectors as readonly number[][], usage: embeddingUsage(usage) };
}

function inOrder(entries: readonly unknown[]): readonly unknown[] {
  const placed = new Map(entries.map((entry) => [indexOf(fieldsOf(entry)['index']), entry]));
  const isComplete = placed.size === entries.length && entries.every((_, index) => placed.has(index));
  return isComplete ? entries.map((_, index) => placed.get(index)) : entries;
}

/** Base64 holds 32-bit floats, little-endian. */
function numbersOf(embedding: unknown): unknown {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Buffer.from(embedding, 'base64');
  const count = Math.floor(bytes.length / 4);
  return Array.from({ length: count }, (_, index) => bytes.readFloatLE(4 * index));
}

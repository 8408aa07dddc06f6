import type { ModelDelta, ProviderAnswer } from '../provider/model-provider.js';
import { type AnswerBody, type AnswerPart, answerParts } from './answer-parts.js';

/** An answer of a vendor while it is put together, streamed or in one piece. */
export interface AnswerDraft {
  /** Gives back the text that is new. @throws an error that the vendor reports. */
  take(part: AnswerPart): string;
  /** What the model has thought so far. */
  readonly reasoning?: string;
  /** Whether nothing follows, whatever the connection still brings. */
  readonly hasEnded?: boolean;
  /** What of the text was held back until the end. */
  rest(): string;
  /** @throws {ModelCallError} if the answer was cut short */
  answer(): ProviderAnswer;
}

/** The pieces of an answer as they come, and the whole at its end. */
export async function* answerDeltas(
  draft: AnswerDraft,
  response: AnswerBody,
  model: string,
): AsyncGenerator<ModelDelta> {
  let thought = '';
  for await (const part of answerParts(response, model)) {
    const text = draft.take(part);
    const { reasoning = '' } = draft;
    if (reasoning.length > thought.length && reasoning.startsWith(thought)) {
      yield { type: 'reasoning', text: reasoning.slice(thought.length) };
      thought = reasoning;
    }
    if (text !== '') yield { type: 'text', text };
    if (draft.hasEnded) break;
  }
  const rest = draft.rest();
  if (rest !== '') yield { type: 'text', text: rest };
  yield { type: 'end', answer: draft.answer() };
}

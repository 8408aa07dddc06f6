import type { RetrievedPassage } from '../../content/index.js';
import { InputValidationError } from '../../errors/index.js';
import { readProperty } from '../../text/index.js';
import type { Message } from '../provider/model-provider.js';

/** A passage that an answer may cite. */
export interface CitablePassage {
  /** What an answer puts in square brackets to cite it: 1 is `[1]`. */
  readonly mark: number;
  readonly passage: RetrievedPassage;
  /** Name of the part that it came with. */
  readonly part: string;
}

/** What a model is given to answer from: what `ContextService.assemble` makes. */
export interface GivenContext {
  /** All of it, as the model reads it. */
  readonly text: string;
  readonly citations: readonly CitablePassage[];
}

export function isGivenContext(given: unknown): given is GivenContext {
  return typeof readProperty(given, 'text') === 'string' && Array.isArray(readProperty(given, 'citations'));
}

/** @throws {InputValidationError} if it is none */
export function readGivenContext(given: unknown, where: string): GivenContext {
  if (isGivenContext(given)) return given;
  throw new InputValidationError(
    `${where} is not an assembled context: pass what ContextService.assemble() has given, { text, citations }.`,
  );
}

/** How many passages an answer may cite; undefined where there are none. */
export function marksOf({ citations }: GivenContext): number | undefined {
  return citations.length > 0 ? citations.length : undefined;
}

/** The same messages, the context in front of what the user says last. */
export function withContext(
  messages: readonly Message[],
  context: Pick<GivenContext, 'text'> | undefined,
): readonly Message[] {
  if (!context || context.text === '') return messages;
  const { text } = context;
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const message = messages[last];
  // Two messages of one role in a row are refused by the chat templates of some models.
  if (message?.role !== 'user') return [...messages, { role: 'user', content: text }];
  const { content } = message;
  const full =
    typeof content === 'string'
      ? `${text}\n\n${content}`
      : [{ type: 'text' as const, text: `${text}\n\n` }, ...content];
  return messages.with(last, { ...message, content: full });
}

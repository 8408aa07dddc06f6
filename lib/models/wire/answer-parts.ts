import { errorMessage } from '../../errors/index.js';
import { boundedText } from '../../values/index.js';
import { truncatedAnswer } from '../provider/provider-failure.js';
import { type ServerEvent, serverEvents } from './server-events.js';

/** JSON that a vendor answered: the `whole` answer in one piece, a `piece` of a streamed one, or the mark that it is `done`. */
export type AnswerPart =
  | { readonly kind: 'whole'; readonly value: unknown }
  | { readonly kind: 'piece'; readonly value: unknown; readonly name?: string | undefined }
  | { readonly kind: 'done' };

/** What an answer is read from: a `Response` of fetch. */
export interface AnswerBody {
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
  text(): Promise<string>;
}

/**
 * Reads an answer as it was sent, whichever way was asked for: some servers stream where nobody asked for it, others
 * answer in one piece, above all with errors.
 * @throws {ModelCallError} if it is not JSON; what fetch throws where the connection breaks.
 */
export async function* answerParts(response: AnswerBody, model: string): AsyncGenerator<AnswerPart> {
  if (/event-stream/i.test(response.headers.get('content-type') ?? '') && response.body) {
    // Bodies of fetch can be iterated in Node; the DOM's types don't say so.
    yield* streamedParts(response.body as AsyncIterable<Uint8Array>, model);
    return;
  }
  const text = await response.text();
  if (/^\s*(data|event|id|retry)?:/.test(text)) {
    yield* streamedParts(once(Buffer.from(text)), model);
    return;
  }
  if (text.trim() === '') throw truncatedAnswer(model, 'the answer is empty');
  yield { kind: 'whole', value: parsed(text, model) };
}

async function* streamedParts(chunks: AsyncIterable<Uint8Array>, model: string): AsyncGenerator<AnswerPart> {
  let unread: ServerEvent | undefined;
  for await (const event of serverEvents(chunks)) {
    // Only the last event may be cut off: what ends early is not whole, and the draft of the answer knows.
    if (unread) throw noJson(unread.data, model);
    if (event.data.trim() === '') continue;
    // Servers that forget the empty line have the mark in the same event.
    const [, data = '', mark] = /^([\s\S]*?)(?:(?:^|\n)(\[DONE\][^\n]*))?$/.exec(event.data) ?? [];
    const values = data === '' ? [] : valuesOf(data);
    if (!values) unread = event;
    for (const value of values ?? []) yield { kind: 'piece', value, name: event.name };
    if (mark === undefined) continue;
    yield { kind: 'done' };
    return;
  }
}

/** Several data lines are one text; servers that forget the empty line between two events send several texts. */
function valuesOf(data: string): unknown[] | undefined {
  for (const texts of [[data], data.split('\n')]) {
    try {
      return texts.map((text) => JSON.parse(text) as unknown);
    } catch {
      // the next way of reading it
    }
  }
  return undefined;
}

function parsed(text: string, model: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw noJson(text, model, error);
  }
}

function noJson(text: string, model: string, cause?: unknown): Error {
  const why = cause === undefined ? '' : ` (${errorMessage(cause)})`;
  return truncatedAnswer(model, `the answer is not valid JSON${why}: ${boundedText(text, 200)}`);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

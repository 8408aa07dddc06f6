import { contentText, fieldsOf, isObject, listOf, textOf } from '../../models/index.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields in which servers of Chat Completions put what a model thinks: `reasoning_content` (DeepSeek, vLLM, LM Studio),
 * `reasoning` (OpenRouter, Groq, Ollama), `reasoning_details` (OpenRouter: signed or encrypted), and `extra_content` of a
 * message or a call (Gemini). Each goes back under the name that it came under, since servers refuse names they don't know.
 */
export class ChatReasoning {
  private readonly texts = new Map<'reasoning_content' | 'reasoning', string>();
  private readonly details: Fields[] = [];
  private inContent = '';
  private extra: unknown;

  /** @param inContent what stood in parts of the content */
  take(message: Fields, inContent: string): void {
    for (const name of ['reasoning_content', 'reasoning'] as const) {
      const text = contentText(message[name]);
      if (text !== '') this.texts.set(name, (this.texts.get(name) ?? '') + text);
    }
    for (const detail of listOf(message['reasoning_details'])) if (isObject(detail)) this.addDetail(detail);
    this.inContent += inContent;
    this.extra = message['extra_content'] ?? this.extra;
  }

  /** For people. Servers that fill several fields say the same in each. */
  get text(): string {
    const said = this.texts.get('reasoning_content') ?? this.texts.get('reasoning');
    return (
      said ??
      (this.inContent || this.details.map(({ text, summary }) => contentText(text ?? summary)).join(''))
    );
  }

  /** What goes back to the vendor: fields of the message, and those of single calls by their place. */
  opaque(calls: readonly { readonly opaque?: unknown }[]): unknown[] {
    const message = {
      ...Object.fromEntries(this.texts),
      ...(this.details.length > 0 ? { reasoning_details: this.details } : {}),
      ...(this.extra === undefined ? {} : { extra_content: this.extra }),
    };
    const ofCalls = calls.flatMap(({ opaque }, call) =>
      opaque === undefined ? [] : [{ call, extra_content: opaque }],
    );
    return [...(Object.keys(message).length > 0 ? [{ message }] : []), ...ofCalls];
  }

  /** A stream sends a detail in pieces; put together they have to be the sequence that the model made. */
  private addDetail(detail: Fields): void {
    const last = this.details.at(-1);
    const isMore = last && isPieceOf(detail, last);
    if (!isMore) {
      this.details.push(detail);
      return;
    }
    const said = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined);
    const joined = ['text', 'summary'].flatMap((name) =>
      textOf(detail[name]) === undefined ? [] : [[name, contentText(last[name]) + contentText(detail[name])]],
    );
    this.details[this.details.length - 1] = {
      ...last,
      ...Object.fromEntries(said),
      ...fieldsOf(Object.fromEntries(joined)),
    };
  }
}

/** Encrypted ones come whole. */
function isPieceOf(detail: Fields, last: Fields): boolean {
  const isText = detail['type'] === 'reasoning.text' || detail['type'] === 'reasoning.summary';
  return isText && detail['type'] === last['type'] && (detail['index'] ?? null) === (last['index'] ?? null);
}

import {
  type AnswerDraft,
  type AnswerPart,
  AnswerText,
  truncatedAnswer,
  contentReasoning,
  contentText,
  fieldsOf,
  indexOf,
  isObject,
  listOf,
  modelAnswer,
  type ModelRequest,
  nameOf,
  type ProviderAnswer,
  reportedError,
  type ReportedUsage,
  textOf,
  ToolCallPieces,
  unexplainedError,
} from '../../models/index.js';
import { ChatReasoning } from './chat-reasoning.js';
import { chatUsage } from '../openai-usage.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Puts an answer of Chat Completions together, streamed or in one piece. Reads what OpenAI sends and what the servers that
 * imitate it send: `null` for absent, objects for texts, parts for texts, errors where an answer should be.
 */
export class ChatAnswer implements AnswerDraft {
  private readonly text = new AnswerText(true);
  private readonly calls = new ToolCallPieces();
  private readonly thoughts = new ChatReasoning();
  private refused = false;
  private reason: string | undefined;
  private usage: ReportedUsage | undefined;
  /** Something said that nothing follows: the end of a JSON document, or the mark of a stream. */
  private ended = false;

  constructor(
    private readonly request: ModelRequest,
    /** Name of the provider. */
    private readonly vendor: string,
  ) {}

  /** Gives back the text that is new. @throws an error that the vendor reports. */
  take(part: AnswerPart): string {
    if (part.kind === 'done') {
      this.ended = true;
      return '';
    }
    const error = reportedError(part.value);
    if (error) throw error;
    const body = fieldsOf(part.value);
    const usage = body['usage'] ?? fieldsOf(body['x_groq'])['usage'];
    if (isObject(usage)) this.usage = chatUsage(usage);
    const choice = fieldsOf(listOf(body['choices'])[0]);
    const text = this.takeChoice(choice);
    if (part.kind === 'whole') this.takeEnd(choice);
    return text;
  }

  get reasoning(): string {
    return this.text.reasoning + this.thoughts.text;
  }

  /** What of the text was held back until the end. */
  rest(): string {
    return this.text.end();
  }

  /** @throws {ModelCallError} if the answer was cut short, also by an abort, after which the connection just ends. */
  answer(): ProviderAnswer {
    // Some models of OpenRouter never say why they ended: a stream that told its usage and its end is whole all the same.
    const isWhole = this.reason !== undefined || (this.ended && this.usage !== undefined);
    if (!isWhole) throw this.broken('the stream ended before the answer was whole');
    return modelAnswer(
      {
        text: this.text.text,
        reasoning: this.reasoning,
        refused: this.refused,
        calls: this.calls.calls,
        reason: this.reason,
        usage: this.usage ?? {},
        opaque: this.thoughts.opaque(this.calls.calls),
      },
      this.request,
      this.vendor,
    );
  }

  private takeChoice(choice: Fields): string {
    const error = reportedError(choice);
    if (error) throw error;
    this.reason = textOf(choice['finish_reason']) ?? this.reason;
    if (this.reason === 'error') throw unexplainedError();
    const isPiece = isObject(choice['delta']);
    const message = fieldsOf(isPiece ? choice['delta'] : choice['message']);
    this.takeCalls(message, isPiece);
    this.thoughts.take(message, contentReasoning(message['content']));
    const refusal = textOf(message['refusal']);
    if (refusal !== undefined) this.refused = true;
    const said = contentText(message['content']) || (refusal ?? '');
    return isPiece ? this.text.take(said) : this.text.takeWhole(said);
  }

  private takeCalls(message: Fields, isPiece: boolean): void {
    const calls = listOf(message['tool_calls']);
    for (const call of isObject(message['function_call']) ? [...calls, message['function_call']] : calls) {
      const fields = fieldsOf(call);
      // Some servers leave the inner object out.
      const called = isObject(fields['function']) ? fields['function'] : fields;
      const piece = {
        index: indexOf(fields['index']),
        id: nameOf(fields['id']),
        name: textOf(called['name']),
        arguments: called['arguments'],
        opaque: fields['extra_content'] ?? undefined,
      };
      if (isPiece) this.calls.take(piece);
      else this.calls.add(piece);
    }
  }

  /** A whole answer has a message, unless it was filtered away. */
  private takeEnd(choice: Fields): void {
    const hasMessage = isObject(choice['message']) || isObject(choice['delta']);
    if (!hasMessage && this.reason !== 'content_filter')
      throw this.broken('the answer is not a chat completion');
    this.ended = true;
    this.usage ??= {};
  }

  private broken(what: string): Error {
    return truncatedAnswer(`${this.vendor}/${this.request.model}`, what);
  }
}

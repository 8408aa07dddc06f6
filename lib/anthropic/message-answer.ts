import {
  type AnswerDraft,
  type AnswerPart,
  AnswerText,
  truncatedAnswer,
  fieldsOf,
  isObject,
  listOf,
  modelAnswer,
  type ModelRequest,
  type ProviderAnswer,
  reportedError,
  textOf,
} from '../models/index.js';
import { MessageBlocks } from './message-blocks.js';
import { messageUsage } from './message-usage.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Puts an answer of Messages together, streamed or in one piece. Reads what Anthropic sends and what the servers that imitate
 * it send.
 */
export class MessageAnswer implements AnswerDraft {
  private readonly text = new AnswerText(false);
  private readonly blocks = new MessageBlocks();
  private reason: string | undefined;
  private isWhole = false;
  private usage: Fields = {};

  constructor(
    private readonly request: ModelRequest,
    /** Name of the provider. */
    private readonly vendor: string,
  ) {}

  /** Gives back the text that is new. @throws an error that the vendor reports. */
  take(part: AnswerPart): string {
    if (part.kind === 'done') {
      // Gateways put OpenAI's mark at the end; the reason comes behind all content.
      this.isWhole ||= this.reason !== undefined;
      return '';
    }
    const error = reportedError(part.value);
    if (error) throw error;
    const body = fieldsOf(part.value);
    if (part.kind === 'piece') return this.text.take(this.takeEvent(body, textOf(body['type']) ?? part.name));
    return this.text.take(this.takeMessage(body));
  }

  get reasoning(): string {
    return this.blocks.reasoning;
  }

  /** Nothing follows. */
  get hasEnded(): boolean {
    return this.isWhole;
  }

  /** What of the text was held back until the end. */
  rest(): string {
    return this.text.end();
  }

  /** @throws {ModelCallError} if the answer was cut short, also by an abort, after which the connection just ends. */
  answer(): ProviderAnswer {
    if (!this.isWhole) throw this.broken('the stream ended before the answer was whole');
    return modelAnswer(
      {
        text: this.text.text,
        reasoning: this.blocks.reasoning,
        refused: false,
        calls: this.blocks.calls,
        reason: this.reason,
        usage: messageUsage(this.usage),
        opaque: this.blocks.opaque,
      },
      this.request,
      this.vendor,
    );
  }

  private takeMessage(message: Fields): string {
    const { content } = message;
    this.reason = textOf(message['stop_reason']);
    // A refused answer may have no content at all.
    const isMessage = Array.isArray(content) || typeof content === 'string' || this.reason === 'refusal';
    if (!isMessage) throw this.broken('the answer is not a message');
    this.usage = fieldsOf(message['usage']);
    this.isWhole = true;
    if (typeof content === 'string') return this.blocks.start({ type: 'text', text: content });
    return listOf(content)
      .map((block) => this.blocks.whole(fieldsOf(block)))
      .join('');
  }

  private takeEvent(event: Fields, type: string | undefined): string {
    switch (type) {
      case 'message_start':
        // Of the output this is only the beginning.
        this.count({ ...fieldsOf(fieldsOf(event['message'])['usage']), output_tokens: null });
        return '';
      case 'content_block_start':
        return this.blocks.start(fieldsOf(event['content_block']), event['index']);
      case 'content_block_delta':
        return this.blocks.add(fieldsOf(event['delta']), event['index']);
      case 'message_delta':
        this.reason = textOf(fieldsOf(event['delta'])['stop_reason']) ?? this.reason;
        // These counts stand for the whole message; those that are absent are as they were at the start.
        this.count(event['usage']);
        return '';
      case 'message_stop':
        this.isWhole = true;
        return '';
      // An answer in one piece where a stream was asked for.
      case 'message':
        return this.takeMessage(event);
      default:
        return '';
    }
  }

  private count(usage: unknown): void {
    const known = Object.entries(isObject(usage) ? usage : {}).filter(([, count]) => count !== null);
    this.usage = { ...this.usage, ...Object.fromEntries(known) };
  }

  private broken(what: string): Error {
    return truncatedAnswer(`${this.vendor}/${this.request.model}`, what);
  }
}

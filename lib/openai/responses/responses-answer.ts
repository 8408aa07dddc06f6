import {
  type AnswerDraft,
  type AnswerPart,
  AnswerText,
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
  textOf,
  truncatedAnswer,
  unexplainedError,
} from '../../models/index.js';
import { storableText } from '../../values/index.js';
import { responsesUsage } from '../openai-usage.js';
import { opaqueItems } from './responses-items.js';

type Fields = Readonly<Record<string, unknown>>;

/** Puts an answer of Responses together, streamed or in one piece. The last event of a stream has the whole; servers that leave its items out have sent each before. */
export class ResponsesAnswer implements AnswerDraft {
  private readonly text = new AnswerText(false);
  /** Items that are whole, by their place. */
  private readonly items = new Map<number, Fields>();
  private response: Fields | undefined;
  /** What the model has thought so far, as it was streamed. */
  reasoning = '';

  constructor(
    private readonly request: ModelRequest,
    /** Name of the provider. */
    private readonly vendor: string,
  ) {}

  get hasEnded(): boolean {
    return this.response !== undefined;
  }

  /** Gives back the text that is new. @throws an error that the vendor reports. */
  take(part: AnswerPart): string {
    if (part.kind === 'done') return '';
    const body = fieldsOf(part.value);
    const error = reportedError(body);
    if (error) throw error;
    const type = textOf(body['type']) ?? (part.kind === 'piece' ? part.name : undefined);
    return type === undefined || body['object'] === 'response' ? this.end(body) : this.takeEvent(body, type);
  }

  /** What of the text was held back, or never came in pieces. */
  rest(): string {
    const heard = this.text.end();
    const whole = this.said();
    // What was streamed can't be taken back; what is missing at its end can be said.
    return whole.startsWith(this.text.text) ? heard + whole.slice(this.text.text.length) : heard;
  }

  /** @throws {ModelCallError} if the answer was cut short, also by an abort, after which the connection just ends. */
  answer(): ProviderAnswer {
    const { response } = this;
    if (!response) throw this.broken('the stream ended before the answer was whole');
    const output = this.output();
    const refused = output.some((item) => refusalOf(item) !== '');
    return modelAnswer(
      {
        text: this.said(),
        reasoning: storableText(output.map(reasoningOf).filter(isText).join('\n\n')).text,
        refused,
        calls: output.flatMap(callsOf),
        reason: reasonOf(response, output),
        usage: responsesUsage(response['usage']),
        opaque: opaqueItems(output, saidIn),
      },
      this.request,
      this.vendor,
    );
  }

  private takeEvent(event: Fields, type: string): string {
    switch (type) {
      case 'response.output_text.delta':
        return this.text.take(contentText(event['delta']));
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        this.reasoning += storableText(contentText(event['delta'])).text;
        return '';
      case 'response.reasoning_summary_part.added':
        if (this.reasoning !== '') this.reasoning += '\n\n';
        return '';
      case 'response.output_item.done':
        this.items.set(indexOf(event['output_index']) ?? this.items.size, fieldsOf(event['item']));
        return '';
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return this.end(fieldsOf(event['response']));
      default:
        return '';
    }
  }

  /** The answer as a whole. */
  private end(response: Fields): string {
    const error = reportedError(response);
    if (error) throw error;
    if (response['status'] === 'failed') throw unexplainedError();
    const isWhole = response['status'] === 'completed' || response['status'] === 'incomplete';
    if (!isWhole || !(Array.isArray(response['output']) || this.items.size > 0))
      throw this.broken('the answer is not a response that has come to its end');
    this.response = response;
    return '';
  }

  private output(): readonly Fields[] {
    const whole = listOf(this.response?.['output']).filter(isObject);
    if (whole.length > 0) return whole;
    return [...this.items].toSorted(([a], [b]) => a - b).map(([, item]) => item);
  }

  private said(): string {
    const output = this.output();
    const said = output.map(saidIn).join('') || output.map(refusalOf).join('');
    return storableText(said).text;
  }

  private broken(what: string): Error {
    return truncatedAnswer(`${this.vendor}/${this.request.model}`, what);
  }
}

/** Why it ended, in words that are known for both APIs. A call whose arguments are not whole is the end of an answer that was cut off. */
function reasonOf({ status, incomplete_details: details }: Fields, output: readonly Fields[]): string {
  if (status === 'incomplete') return textOf(fieldsOf(details)['reason']) ?? 'incomplete';
  const calls = output.filter(({ type }) => type === 'function_call');
  if (calls.some((call) => call['status'] === 'incomplete')) return 'incomplete';
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

function saidIn({ type, content }: Fields): string {
  if (type !== 'message') return '';
  return listOf(content)
    .map(fieldsOf)
    .map((part) => (part['type'] === 'refusal' ? '' : contentText(part)))
    .join('');
}

function refusalOf({ type, content }: Fields): string {
  if (type !== 'message') return '';
  return listOf(content)
    .map((part) => textOf(fieldsOf(part)['refusal']) ?? '')
    .join('');
}

/** The summary, or what open models of compatible servers think. */
function reasoningOf({ type, summary, content }: Fields): string {
  if (type !== 'reasoning') return '';
  return [...textsOf(summary), ...textsOf(content)].filter(isText).join('\n\n');
}

function textsOf(parts: unknown): string[] {
  return listOf(parts).map((part) => contentText(fieldsOf(part)['text'] ?? ''));
}

function isText(text: string): boolean {
  return text !== '';
}

function callsOf({ type, call_id: id, name, arguments: args }: Fields) {
  if (type !== 'function_call') return [];
  const raw =
    typeof args === 'string' ? args : args === undefined || args === null ? '' : JSON.stringify(args);
  return [{ id: nameOf(id), name: textOf(name) ?? '', raw }];
}

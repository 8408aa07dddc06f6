import { setTimeout as wait } from 'node:timers/promises';
import {
  messageText,
  type ModelAnswer,
  ModelCallError,
  type ModelDelta,
  type ModelEmbeddings,
  type ModelPrice,
  ModelProvider,
  type ModelRequest,
  type ModelToolCall,
} from 'nestjs-nestor';
import { nextChatMove } from './chat/chat-rules.js';
import { classify } from './classify.js';
import { draft } from './draft.js';
import { fillSchema, propertiesOf } from './fill-schema.js';
import { PromptSections } from './prompt-sections.js';
import { nextRefundMove } from './refund.js';
import { summarise, tellingSentence } from './summarise.js';
import { countTokens } from './tokens.js';

/**
 * NOT a language model: rules that read the prompt, for a sample application without keys and without a network.
 *
 * It looks for words in four languages, weighs them, quotes sentences of the articles in the prompt, and says how sure it is.
 * It knows no tickets by heart. With a key, a real model takes its place; see `models.ts`.
 */
export class OfflineModel extends ModelProvider {
  readonly name = 'offline';

  /** @param delay milliseconds that each answer takes, for people who want to watch. */
  constructor(private readonly delay = 0) {
    super();
  }

  async generate(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    signal.throwIfAborted();
    if (this.delay > 0) await wait(this.delay, undefined, { signal });
    const { text: whole, toolCalls } = answerTo(request);
    const text = whole.slice(0, lettersOf(whole, request.maxTokens));
    const said = text + toolCalls.map(({ raw }) => raw).join('');
    return {
      text,
      toolCalls,
      finishReason: toolCalls.length > 0 ? 'tool-calls' : text === whole ? 'stop' : 'length',
      usage: {
        inputTokens: countTokens(textOf(request)),
        outputTokens: Math.min(countTokens(said), request.maxTokens),
      },
    };
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const answer = await this.generate(request, signal);
    for (const [text] of answer.text.matchAll(/\S+\s*/g)) yield { type: 'text', text };
    yield { type: 'end', answer };
  }

  embed(): Promise<ModelEmbeddings> {
    const message = 'The offline model has no embeddings: set OPENAI_API_KEY and use a model that has.';
    return Promise.reject(new ModelCallError(message, { transient: false }));
  }

  /** Rules cost nothing. */
  override price(): ModelPrice {
    return { inputPerMillion: 0, outputPerMillion: 0 };
  }
}

/** Which reader answers is told by what the schema asks for. */
const readers = [
  ['topic', classify],
  ['body', draft],
  ['summary', summarise],
] as const;

function answerTo(request: ModelRequest): Pick<ModelAnswer, 'text' | 'toolCalls'> {
  const chat = nextChatMove(request);
  if (chat)
    return 'say' in chat
      ? { text: chat.say, toolCalls: [] }
      : {
          text: '',
          toolCalls: chat.calls.map(([name, args], index) => toolCallOf(name, args, request, index)),
        };
  const sections = PromptSections.of(request);
  if (!request.output) return { text: tellingSentence(sections.whole()), toolCalls: [] };
  const asked = propertiesOf(request.output.schema);
  const fill = (found: Readonly<Record<string, unknown>>) => ({
    text: JSON.stringify(fillSchema(request.output?.schema ?? null, found)),
    toolCalls: [],
  });
  if ('decision' in asked) {
    const move = nextRefundMove(request, sections);
    return 'answer' in move
      ? fill(move.answer)
      : { text: '', toolCalls: [toolCallOf(move.call, move.with, request)] };
  }
  const [, read] = readers.find(([property]) => property in asked) ?? [];
  return fill(read ? read(sections) : {});
}

function toolCallOf(name: string, args: object, { messages }: ModelRequest, index = 0): ModelToolCall {
  const raw = JSON.stringify(args);
  return { id: `call_${messages.length}_${index}`, name, arguments: JSON.parse(raw) as never, raw };
}

/** Everything that a vendor would bill. */
function textOf(request: ModelRequest): string {
  const messages = request.messages.map(({ content }) => messageText(content));
  return [...messages, JSON.stringify([request.tools ?? [], request.output ?? ''])].join('\n');
}

function lettersOf(text: string, tokens: number): number {
  return countTokens(text) <= tokens ? text.length : Math.floor((text.length * tokens) / countTokens(text));
}

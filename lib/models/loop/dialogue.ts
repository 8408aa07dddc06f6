import { type MessagePart, messageParts } from '../../content/index.js';
import type { PerformedToolCall } from '../../tools/index.js';
import type { Message, ModelAnswer } from '../provider/model-provider.js';

/** What was said so far between code, a model and tools, and what tools have done. */
export class Dialogue {
  readonly toolCalls: PerformedToolCall[] = [];
  private readonly said: Message[];

  constructor(messages: readonly Message[]) {
    this.said = [...messages];
  }

  get messages(): readonly Message[] {
    return this.said;
  }

  /** @returns the message, as it is among `messages` */
  tell(content: string): Message {
    const message: Message = { role: 'user', content };
    this.said.push(message);
    return message;
  }

  answer(answer: ModelAnswer): void {
    this.said.push(answerMessage(answer));
  }

  /** Other messages take the place of the last one. */
  replaceLast(...messages: readonly Message[]): void {
    this.said.splice(-1, 1, ...messages);
  }

  /** It is told in another way from now on: shorter. */
  become(messages: readonly Message[]): void {
    this.said.splice(0, this.said.length, ...messages);
  }

  /** @param answer the one that asked for the calls */
  results(performed: readonly PerformedToolCall[], answer: ModelAnswer): void {
    this.toolCalls.push(...performed);
    // The vendor knows the tool by the name that the model used.
    const asked = new Map(answer.toolCalls.map(({ id, name }) => [id, name]));
    for (const { id, name, content, parts, isError } of performed)
      this.said.push({
        role: 'tool',
        toolCallId: id,
        name: asked.get(id) ?? name,
        content: parts ?? content,
        ...(isError ? { isError } : {}),
      });
  }
}

/** An answer as a message of a conversation. */
export function answerMessage({ text, reasoning, toolCalls, opaque }: ModelAnswer): Message {
  return {
    role: 'assistant',
    content: reasoning === undefined ? text : said(text, reasoning),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(opaque ? { opaque } : {}),
  };
}

/** What a model thought comes before what it said. */
function said(text: string, reasoning: string): readonly MessagePart[] {
  return [{ type: 'reasoning', text: reasoning }, ...messageParts(text)];
}

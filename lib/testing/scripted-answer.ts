import { createHash } from 'node:crypto';
import { messageText } from '../content/index.js';
import {
  type ModelAnswer,
  type ModelRequest,
  type ModelToolCall,
  requestedToolCall,
} from '../models/index.js';

/** A tool call as a test writes it. `arguments` as a text plays a model that writes broken JSON. */
export interface ScriptedToolCall {
  readonly name: string;
  /** @default `{}` */
  readonly arguments?: unknown;
  /** @default numbered through */
  readonly id?: string;
}

/** A text; `{ toolCalls }`, perhaps with `text`; `{ answer }`, a part of a whole answer; any other object: answered as JSON. */
export type ScriptedReply =
  | string
  | { readonly toolCalls: readonly ScriptedToolCall[]; readonly text?: string }
  | { readonly answer: Partial<ModelAnswer> }
  | object
  | number
  | boolean;

/** What the scripted model answers, with tokens that depend on nothing but the texts. */
export function answerOf(reply: ScriptedReply, request: ModelRequest, call: number): ModelAnswer {
  const written = partsOf(reply, call);
  const asked = request.messages.reduce((sum, message) => sum + tokensOf(messageText(message.content)), 0);
  const said = tokensOf(written.text) + written.toolCalls.reduce((sum, { raw }) => sum + tokensOf(raw), 0);
  return {
    finishReason: written.toolCalls.length > 0 ? 'tool-calls' : 'stop',
    usage: { inputTokens: asked, outputTokens: said },
    ...written,
  };
}

/** A quarter of the bytes, at least one. */
export function tokensOf(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text, 'utf8') / 4));
}

/** Words hashed into 64 dimensions, of length 1: texts with words in common are near each other. */
export function embeddingOf(text: string): number[] {
  const vector = Array.from({ length: 64 }, () => 0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const place = createHash('sha256').update(word).digest().readUInt8() % vector.length;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

function partsOf(
  reply: ScriptedReply,
  call: number,
): Partial<ModelAnswer> & Pick<ModelAnswer, 'text' | 'toolCalls'> {
  if (typeof reply === 'string') return { text: reply, toolCalls: [] };
  if (isToolCalls(reply)) {
    const toolCalls = reply.toolCalls.map((each, index) => toolCallOf(each, `call-${call}-${index + 1}`));
    return { text: reply.text ?? '', toolCalls };
  }
  if (isAnswer(reply)) return { text: '', toolCalls: [], ...reply.answer };
  return { text: JSON.stringify(reply), toolCalls: [] };
}

function toolCallOf({ name, arguments: args = {}, id }: ScriptedToolCall, fallbackId: string): ModelToolCall {
  // Through JSON, as a vendor's answer comes.
  return requestedToolCall(id ?? fallbackId, name, typeof args === 'string' ? args : JSON.stringify(args));
}

function isToolCalls(reply: unknown): reply is { toolCalls: readonly ScriptedToolCall[]; text?: string } {
  const calls = (reply as { toolCalls?: unknown }).toolCalls;
  return Array.isArray(calls) && calls.every((each) => typeof (each as ScriptedToolCall)?.name === 'string');
}

function isAnswer(reply: unknown): reply is { answer: Partial<ModelAnswer> } {
  const answer = (reply as { answer?: unknown }).answer;
  return (
    typeof answer === 'object' &&
    answer !== null &&
    ['text', 'toolCalls', 'finishReason', 'usage'].some((key) => key in answer)
  );
}

import { isMedia, messageParts } from '../../content/index.js';
import type { Message, ModelRequest, TokenUsage } from '../provider/model-provider.js';
import { mediaTokens } from './media-tokens.js';

/** What vendors put around a message: role markers, separators. Known formats need 3 to 7 tokens. */
const framingPerMessage = 16;
/** What vendors put before the tools: Anthropic's tool prompt, the largest documented, is under 700 tokens. */
const framingOfTools = 1024;
const framingOfRequest = 64;

/**
 * The most tokens that a request can use. Input: byte-level tokenizers, which all current vendors use, make at most one token
 * of each UTF-8 byte, so bytes bound tokens (about four times too high for English); the vendors' framing comes on top.
 * Output: `maxTokens`, which is always sent.
 */
export function mostTokens(request: ModelRequest): TokenUsage {
  const media = request.messages.flatMap(({ content }) => messageParts(content).filter(isMedia));
  const messages = request.messages.map(withoutBytes);
  const content = { messages, tools: request.tools, output: request.output };
  const inputTokens =
    bytesOf(JSON.stringify(content)) +
    media.reduce((sum, part) => sum + mediaTokens(part, request.model), 0) +
    request.messages.length * framingPerMessage +
    ((request.tools?.length ?? 0) > 0 || request.output ? framingOfTools : 0) +
    framingOfRequest;
  return { inputTokens, outputTokens: request.maxTokens };
}

/** Bytes of text for which a usual tokenizer makes a token: about four of English, two to three of JSON, code and other languages. */
export const usualBytesPerToken = 3;

/** About how many tokens messages have. Unlike `mostTokens` it can be too low: it is for what may be trimmed, and not for money. */
export function usualTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => {
    const media = messageParts(message.content).filter(isMedia);
    const text = estimatedTokens(JSON.stringify(withoutBytes(message)));
    return sum + text + media.reduce((all, part) => all + mediaTokens(part, ''), 0);
  }, 0);
}

/** About how many tokens a text has: it can be more; see `usualTokens`. */
export function estimatedTokens(text: string): number {
  return Math.ceil(bytesOf(text) / usualBytesPerToken);
}

/** The most tokens that embedding these texts can use; see `mostTokens`. */
export function mostEmbeddingTokens(texts: readonly string[]): TokenUsage {
  const inputTokens = texts.reduce((sum, text) => sum + bytesOf(text) + framingPerMessage, 0);
  return { inputTokens, outputTokens: 0 };
}

/** Of parts with bytes only what describes them: their bytes count by `mediaTokens`. Reasoning is not sent. */
function withoutBytes(message: Message): unknown {
  if (typeof message.content === 'string') return message;
  return {
    ...message,
    content: message.content
      .filter(({ type }) => type !== 'reasoning')
      .map((part) => (isMedia(part) ? { ...part, data: undefined } : part)),
  };
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

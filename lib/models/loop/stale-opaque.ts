import { canonicalJson } from '../../values/index.js';
import type { Message, ModelAnswer, ModelRequest } from '../provider/model-provider.js';

/**
 * A request, or an answer, that guardrails have changed. What only the vendor understands (signatures, encrypted reasoning)
 * belongs to what the model has said itself: where that was changed, it goes.
 */
export function withoutStaleOpaque(value: unknown, before: unknown): unknown {
  // The gate hands back what it was given, changed by a guardrail: still a request, or an answer.
  const changed = value as Partial<ModelRequest & ModelAnswer>;
  const former = before as Partial<ModelRequest & ModelAnswer>;
  if (Array.isArray(changed.messages))
    return {
      ...changed,
      messages: changed.messages.map((one, index) => fresh(one, former.messages?.[index])),
    };
  const { opaque, ...rest } = changed;
  return opaque && !isSame(said(changed), said(former)) ? rest : value;
}

function fresh(message: Message, former: Message | undefined): Message {
  if (message.role !== 'assistant' || !message.opaque || isSame(message, former)) return message;
  const { opaque: _, ...rest } = message;
  return rest;
}

function said({ text, toolCalls }: Partial<ModelAnswer>): unknown {
  return { text, toolCalls };
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

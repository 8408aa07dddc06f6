import { anthropic } from '../../lib/anthropic/index.js';
import type { ModelDelta, ModelProvider, ModelRequest } from '../../lib/models/index.js';
import { openai } from '../../lib/openai/index.js';

/** The two real SDKs, pointed at a server of the test; OpenAI's with both of its APIs. */
export const vendors = [
  {
    vendor: 'openai',
    model: 'openai/gpt-5-mini',
    provider: (url: string): ModelProvider => openai({ apiKey: 'test', baseURL: `${url}/v1` }),
  },
  {
    vendor: 'anthropic',
    model: 'anthropic/claude-haiku-4-5',
    provider: (url: string): ModelProvider => anthropic({ apiKey: 'test', baseURL: url }),
  },
  {
    vendor: 'responses',
    model: 'responses/gpt-5-mini',
    provider: (url: string): ModelProvider =>
      openai({ apiKey: 'test', baseURL: `${url}/v1`, api: 'responses', name: 'responses' }),
  },
] as const;

/** A new one each time, as the gate makes it: the SDKs leave their listeners on it. */
export const never = (): AbortSignal => new AbortController().signal;

/** A request to the vendor's model with one user message. */
export function request(model: string, prompt: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: model.slice(model.indexOf('/') + 1),
    messages: [{ role: 'user', content: prompt }],
    maxTokens: 100,
    ...more,
  };
}

export async function collect(deltas: AsyncIterable<ModelDelta>): Promise<ModelDelta[]> {
  const all: ModelDelta[] = [];
  for await (const delta of deltas) all.push(delta);
  return all;
}

/** The pieces of text, and the whole at the end. */
export async function listen(deltas: AsyncIterable<ModelDelta>) {
  const all = await collect(deltas);
  const end = all.at(-1);
  return {
    texts: all.flatMap((delta) => (delta.type === 'text' ? [delta.text] : [])),
    answer: end?.type === 'end' ? end.answer : undefined,
  };
}

import type { ModelAnswer } from '../../../lib/models/index.js';

/** Something that a server of Chat Completions sends with status 200, and what it means. */
export interface Dialect {
  readonly what: string;
  /** The body, where no stream was asked for. */
  readonly body?: unknown;
  /** The data of the events, where one was; a text is sent as it stands. */
  readonly stream?: readonly unknown[];
  readonly means:
    Partial<ModelAnswer> | { readonly error: string; readonly transient: boolean; readonly status?: number };
}

/** A chunk with one choice. */
export const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_763_738_578,
  model: 'm',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  ...more,
});

export const completion = (message: object, finish_reason: string | null, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_763_738_578,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, logprobs: null, finish_reason }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  ...more,
});

export const done = 'data: [DONE]\n\n';

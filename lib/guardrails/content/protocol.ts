import type { GuardrailPoint } from '../../decorators/index.js';

/**
 * What of a value is content: all of it, or all but the named fields. What is not named is content, so that a field
 * that is added later is read rather than let through.
 */
export type ContentRule = 'content' | 'protocol' | ContentFields | ContentItems;

export interface ContentFields {
  readonly fields: Readonly<Record<string, ContentRule>>;
}

export interface ContentItems {
  readonly items: ContentRule;
}

const toolCalls: ContentRule = { items: { fields: { id: 'protocol', name: 'protocol' } } };

const message: ContentRule = {
  fields: {
    role: 'protocol',
    name: 'protocol',
    toolCallId: 'protocol',
    isError: 'protocol',
    toolCalls,
    // What a vendor has signed or encrypted is of no use to it once it was changed.
    opaque: 'protocol',
    signature: 'protocol',
  },
};

/** Names, ids, settings and schemas of a request to a model: with a word of them changed it would be another request. */
const request: ContentRule = {
  fields: {
    model: 'protocol',
    messages: { items: message },
    tools: 'protocol',
    toolChoice: 'protocol',
    output: 'protocol',
    maxTokens: 'protocol',
    temperature: 'protocol',
    stop: 'protocol',
    template: 'protocol',
    alias: 'protocol',
  },
};

const response: ContentRule = {
  fields: {
    toolCalls,
    finishReason: 'protocol',
    usage: 'protocol',
    vectors: 'protocol',
    opaque: 'protocol',
    signature: 'protocol',
  },
};

/** What guardrails over text read of the value at a point; elsewhere than at the model all of it is data. */
export function contentRuleAt(point: GuardrailPoint): ContentRule {
  if (point === 'model.request') return request;
  return point === 'model.response' ? response : 'content';
}

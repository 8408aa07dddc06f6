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

/** What a vendor has signed or encrypted; thoughts beside it can be read (see `OpaqueContent` for what becomes of changed ones). */
const sealed = {
  type: 'protocol',
  id: 'protocol',
  format: 'protocol',
  signature: 'protocol',
  data: 'protocol',
} as const;

/** Of Anthropic a block of thinking; of servers that imitate OpenAI `message`, or `extra_content` of a call. */
const opaque: ContentRule = {
  fields: {
    vendor: 'protocol',
    model: 'protocol',
    hash: 'protocol',
    parts: {
      items: {
        fields: {
          ...sealed,
          extra_content: 'protocol',
          message: { fields: { reasoning_details: { items: { fields: sealed } } } },
        },
      },
    },
  },
};

function rulesOf(thoughts: ContentRule): Partial<Record<GuardrailPoint, ContentRule>> {
  const message: ContentRule = {
    fields: {
      role: 'protocol',
      name: 'protocol',
      toolCallId: 'protocol',
      // A text, or parts with a type each.
      content: { items: { fields: { type: 'protocol' } } },
      isError: 'protocol',
      toolCalls,
      opaque: thoughts,
      signature: 'protocol',
    },
  };
  return {
    // Names, ids, settings and schemas of a request to a model: with a word of them changed it would be another request.
    'model.request': {
      fields: {
        model: 'protocol',
        messages: { items: message },
        tools: 'protocol',
        toolChoice: 'protocol',
        output: 'protocol',
        maxTokens: 'protocol',
        temperature: 'protocol',
        stop: 'protocol',
        marks: 'protocol',
        agent: 'protocol',
        template: 'protocol',
        templateVersion: 'protocol',
        templateHash: 'protocol',
        alias: 'protocol',
      },
    },
    'model.response': {
      fields: {
        toolCalls,
        finishReason: 'protocol',
        usage: 'protocol',
        unknownMarks: 'protocol',
        cached: 'protocol',
        vectors: 'protocol',
        opaque: thoughts,
        signature: 'protocol',
      },
    },
  };
}

const read = rulesOf(opaque);
const counted = rulesOf('protocol');

/** What guardrails over text read of the value at a point; elsewhere than at the model all of it is data. */
export function contentRuleAt(point: GuardrailPoint): ContentRule {
  return read[point] ?? 'content';
}

/** What counts as the length of a value: opaque thoughts are there a second time, as the `reasoning` of the answer. */
export function countedRuleAt(point: GuardrailPoint): ContentRule {
  return counted[point] ?? 'content';
}

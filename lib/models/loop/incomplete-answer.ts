import { IncompleteAnswerError } from '../../errors/index.js';
import { boundedText, textLimits } from '../../text/index.js';
import type { Message, ModelAnswer } from '../provider/model-provider.js';

/**
 * Whether an answer may be acted upon: tool calls only of one that the vendor says is whole, and a text only if there is one.
 * A text that was cut off is a result whose `finishReason` says so; nothing at all is none.
 */
export function isActionable({ finishReason, toolCalls, text }: ModelAnswer): boolean {
  if (toolCalls.length > 0) return finishReason === 'stop' || finishReason === 'tool-calls';
  if (finishReason === 'tool-calls') return false;
  return text.trim() !== '' || finishReason === 'stop';
}

/** Whether data may be read of an answer without tool calls: a part of it would be taken for the whole. What else is wrong, its reader says. */
export function isReadable({ finishReason }: ModelAnswer): boolean {
  return finishReason === 'stop' || finishReason === 'other';
}

/** Whether an answer may not be acted upon, nor read. @param isData data is asked for, and not a text */
export function isIncomplete(answer: ModelAnswer, isData: boolean): boolean {
  return isData && answer.toolCalls.length === 0 ? !isReadable(answer) : !isActionable(answer);
}

/** What remains of such an answer in the conversation: what it said, and what the model is told of it. */
export function feedback(answer: ModelAnswer, maxTokens: number): Message[] {
  const { text } = answer;
  return [
    ...(text.trim() === '' ? [] : [{ role: 'assistant', content: text } as const]),
    {
      role: 'user',
      content: `Your last answer ${problem(answer, maxTokens)}, so nothing of it was done${notPerformed(answer)}. ${advice(answer)}`,
    },
  ];
}

/** It was told, and it was no better. */
export function incompleteAnswer(
  answer: ModelAnswer,
  model: string,
  maxTokens: number,
): IncompleteAnswerError {
  const { finishReason, toolCalls } = answer;
  const fix =
    finishReason === 'length'
      ? `Raise 'maxTokens', or ask for less`
      : finishReason === 'content-filter'
        ? 'Change what the prompt asks for, or use another model'
        : 'Use another model, or look at what the server between sends';
  return new IncompleteAnswerError(
    `The answer of ${model} ${problem(answer, maxTokens)}${notPerformed(answer)}${refusal(answer)}. ${fix}.`,
    { details: { model, finishReason, maxTokens, wanted: toolCalls.map(({ name }) => name) } },
  );
}

function problem({ finishReason }: ModelAnswer, maxTokens: number): string {
  switch (finishReason) {
    case 'length':
      return `was cut off after maxTokens = ${maxTokens} tokens`;
    case 'content-filter':
      return 'was refused, or stopped by a content filter';
    case 'tool-calls':
      return 'announced tool calls that it does not hold';
    case 'stop':
    case 'other':
      return 'ended before it was whole';
  }
}

function notPerformed({ toolCalls }: ModelAnswer): string {
  if (toolCalls.length === 0) return '';
  return `: its tool calls (${toolCalls.map(({ name }) => name || 'without a name').join(', ')}) were not performed`;
}

/** What a model says when it refuses is its reason. */
function refusal({ finishReason, text }: ModelAnswer): string {
  if (finishReason !== 'content-filter' || text.trim() === '') return '';
  return `: "${boundedText(text.trim(), textLimits.line)}"`;
}

function advice({ finishReason }: ModelAnswer): string {
  if (finishReason === 'length')
    return 'Answer again, shorter: fewer tool calls at a time, with less in each.';
  return finishReason === 'content-filter' ? 'Answer again in another way.' : 'Answer again.';
}

import type Anthropic from '@anthropic-ai/sdk';
import { type ModelRequest, notSendable } from '../models/index.js';

type Thinking = Pick<Anthropic.MessageCreateParamsNonStreaming, 'thinking'> & {
  readonly effort?: NonNullable<Anthropic.OutputConfig['effort']>;
};

/**
 * Models that think within a number of tokens: up to Claude 4.5. All later ones decide themselves, within an effort, and refuse
 * a number. Source: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
 */
const thinksWithinBudget = /claude-(?:[123]\b|instant|(?:opus|sonnet|haiku)-4(?:-[015])?(?:-20\d{6})?$)/;

/** Shares of `maxTokens`; what is left is for the answer. */
const shares = { low: 0.2, medium: 0.5, high: 0.8 } as const;
/** The API takes no fewer. */
const fewestTokens = 1024;

/**
 * How much a model may think, as Messages takes it.
 * @param vendor name of the provider, for messages
 * @throws {ModelCallError} if `maxTokens` leaves no room for thinking; nobody was asked
 */
export function thinkingOf({ model, reasoning, maxTokens }: ModelRequest, vendor: string): Thinking {
  if (reasoning === undefined) return {};
  if (reasoning === 'none') return { thinking: { type: 'disabled' } };
  if (!thinksWithinBudget.test(model))
    return { thinking: { type: 'adaptive', display: 'summarized' }, effort: reasoning };
  const budget = Math.max(fewestTokens, Math.floor(maxTokens * shares[reasoning]));
  if (budget < maxTokens) return { thinking: { type: 'enabled', budget_tokens: budget } };
  throw notSendable(
    `${vendor}/${model}`,
    `it thinks with ${fewestTokens} tokens or more, and maxTokens = ${maxTokens} is for both its thoughts and its answer: raise 'maxTokens', or leave 'reasoning' out`,
  );
}

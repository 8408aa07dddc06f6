import { addDollars, subtractDollars } from './money.js';

/** What calls have used. */
export interface Usage {
  /** Requests to models that were sent, whatever came back. */
  readonly calls: number;
  /** Whole tokens of all prompts; those that a vendor read from its cache, or wrote to it, among them. */
  readonly inputTokens: number;
  /** Whole tokens of all answers; reasoning among them. */
  readonly outputTokens: number;
  /** US dollars, in whole nano-dollars: at most nine decimals. */
  readonly usd: number;
}

export const noUsage: Usage = Object.freeze({ calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 });

/** Both together, exactly. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    usd: addDollars(a.usd, b.usd),
  };
}

/** What remains of the first without the second, exactly. */
export function subtractUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls - b.calls,
    inputTokens: a.inputTokens - b.inputTokens,
    outputTokens: a.outputTokens - b.outputTokens,
    usd: subtractDollars(a.usd, b.usd),
  };
}

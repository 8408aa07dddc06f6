import { type Duration, milliseconds } from '../../../clock/index.js';
import { InputValidationError } from '../../../errors/index.js';
import {
  addUsage,
  canonicalJson,
  type JsonValue,
  noUsage,
  sha256,
  type Usage,
} from '../../../values/index.js';
import type { LoopEvent, StopCondition } from './stop-condition.js';

/** Stops when `limit` turns are over: tools that the last of them asks for are not performed. */
export function maxTurns(limit: number): StopCondition {
  assertCount('maxTurns', limit);
  return {
    name: 'maxTurns',
    kind: 'limit',
    describe: () => ({ maxTurns: limit }),
    initial: null,
    next: (state, event) =>
      event.type === 'turn' && event.turn >= limit ? { state, stop: `${limit} turns are over` } : { state },
  };
}

/** Stops before the tool call that would be one too many: exactly `limit` are made, also of one answer. */
export function maxToolCalls(limit: number): StopCondition {
  assertCount('maxToolCalls', limit);
  return {
    name: 'maxToolCalls',
    kind: 'limit',
    describe: () => ({ maxToolCalls: limit }),
    initial: 0,
    next: (state, event) => {
      const count = Number(state) + (event.type === 'toolCall' ? 1 : 0);
      return count > limit ? { state: count, stop: `${limit} tool calls were made` } : { state: count };
    },
  };
}

/** Stops before the first handoff that would be one too many. Of the option `maxHandoffs`. */
export function maxHandoffs(limit: number): StopCondition {
  return {
    name: 'maxHandoffs',
    kind: 'limit',
    describe: () => ({ maxHandoffs: limit }),
    initial: 0,
    next: (state, event) => {
      const count = Number(state) + (event.type === 'toolCall' && event.handoff !== undefined ? 1 : 0);
      return count > limit
        ? { state: count, stop: `the conversation was handed over ${limit} times` }
        : { state: count };
    },
  };
}

/** Stops when so many tokens, of prompts and answers together, are used. */
export function tokens(limit: number): StopCondition {
  assertCount('tokens', limit);
  return {
    ...usageLimit('tokens', limit, ({ inputTokens, outputTokens }) => inputTokens + outputTokens),
    headroom: (state) => ({ tokens: Math.max(0, limit - tokensOf(usageOf(state))) }),
  };
}

/** Stops when so many US dollars are used. */
export function costUsd(limit: number): StopCondition {
  if (!Number.isFinite(limit) || limit <= 0)
    throw new InputValidationError(`costUsd(${limit}): it takes a number of US dollars above 0.`);
  return {
    ...usageLimit('costUsd', limit, ({ usd }) => usd),
    headroom: (state) => ({ usd: Math.max(0, limit - usageOf(state).usd) }),
  };
}

/** Stops before the first turn after so much time, in which the loop worked: what it waits for people does not count. */
export function elapsed(limit: Duration): StopCondition {
  const most = milliseconds(limit);
  return {
    name: 'elapsed',
    kind: 'limit',
    describe: () => ({ elapsed: most }),
    initial: null,
    next: (state, event) =>
      event.type === 'time' && event.active >= most
        ? { state, stop: `it has worked for ${Math.round(event.active / 1000)} s` }
        : { state },
  };
}

/** Stops before the same tool is called with the same arguments for the `limit`-th time in a row. */
export function repeatedCall(limit: number): StopCondition {
  assertCount('repeatedCall', limit);
  return {
    name: 'repeatedCall',
    kind: 'limit',
    describe: () => ({ repeatedCall: limit }),
    initial: { call: '', count: 0 },
    next: (state, event) => {
      if (event.type !== 'toolCall') return { state };
      const { name, arguments: args, raw } = event.call;
      const call = sha256(`${name} ${args === undefined ? raw : canonicalJson(args)}`);
      const before = state as { readonly call: string; readonly count: number };
      const count = before.call === call ? before.count + 1 : 1;
      const next = { call, count };
      return count >= limit
        ? { state: next, stop: `'${name}' was called ${count} times in a row with the same arguments` }
        : { state: next };
    },
  };
}

/** How far `noProgress` looks back. */
const remembered = 50;

/** Stops when the last `limit` tool calls, with what came of them, have all been there before: in the last 50. */
export function noProgress(limit: number): StopCondition {
  assertCount('noProgress', limit);
  return {
    name: 'noProgress',
    kind: 'limit',
    describe: () => ({ noProgress: limit }),
    initial: { seen: [], repeated: 0 },
    next: (state, event) => {
      if (event.type !== 'toolResult') return { state };
      const before = state as { readonly seen: readonly string[]; readonly repeated: number };
      const seen = sha256(resultText(event)).slice(0, 16);
      const repeated = before.seen.includes(seen) ? before.repeated + 1 : 0;
      const next = { seen: [...before.seen, seen].slice(-remembered), repeated };
      return repeated >= limit
        ? { state: next, stop: `the last ${repeated} tool calls brought nothing new` }
        : { state: next };
    },
  };
}

function resultText({ call, content }: Extract<LoopEvent, { type: 'toolResult' }>): string {
  return canonicalJson([call.name, call.arguments ?? call.raw, content]);
}

function usageLimit(
  name: 'tokens' | 'costUsd',
  limit: number,
  measure: (usage: Usage) => number,
): StopCondition {
  const unit = name === 'costUsd' ? 'US dollars' : 'tokens';
  return {
    name,
    kind: 'limit',
    describe: () => ({ [name]: limit }),
    initial: { ...noUsage },
    next: (state, event) => {
      if (event.type !== 'usage') return { state };
      const used = addUsage(usageOf(state), event.usage);
      const next: JsonValue = { ...used };
      return measure(used) >= limit
        ? { state: next, stop: `${measure(used)} of ${limit} ${unit} are used` }
        : { state: next };
    },
  };
}

/** The state of such a condition is the usage so far. */
function usageOf(state: JsonValue): Usage {
  return state as unknown as Usage;
}

function tokensOf({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}

function assertCount(name: string, limit: unknown): void {
  if (Number.isSafeInteger(limit) && Number(limit) >= 1) return;
  throw new InputValidationError(`${name}(${String(limit)}): it takes a whole number from 1 up.`);
}

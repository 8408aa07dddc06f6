import { boundedText, type Usage } from '../../../values/index.js';
import type { Headroom, LoopStop } from '../../../models/index.js';
import type { PerformedToolCall } from '../../../tools/index.js';

/** Whether requests that use so much at the most fit into what is left. */
export function fits(most: Usage, { usd = Infinity, tokens = Infinity }: Headroom): boolean {
  return most.usd <= usd && tokensOf(most) <= tokens;
}

export function isUnlimited({ usd, tokens }: Headroom): boolean {
  return usd === undefined && tokens === undefined;
}

/** Of two, the smaller one in each unit. */
export function leastOf(a: Headroom, b: Headroom): Headroom {
  return headroom(
    Math.min(a.usd ?? Infinity, b.usd ?? Infinity),
    Math.min(a.tokens ?? Infinity, b.tokens ?? Infinity),
  );
}

/** What remains when so much is used. */
export function without({ usd = Infinity, tokens = Infinity }: Headroom, used: Usage): Headroom {
  return headroom(Math.max(0, usd - used.usd), Math.max(0, tokens - tokensOf(used)));
}

/** What is used for certain, and a share of what that leaves. */
export function shareOfRest(
  { usd = Infinity, tokens = Infinity }: Headroom,
  used: Usage,
  share: number,
): Headroom {
  const of = (left: number, certain: number) => certain + Math.max(0, left - certain) * share;
  return headroom(of(usd, used.usd), of(tokens, tokensOf(used)));
}

function headroom(usd: number, tokens: number): Headroom {
  return { ...(usd < Infinity ? { usd } : {}), ...(tokens < Infinity ? { tokens } : {}) };
}

function tokensOf({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}

/** Why a loop ends although nothing is used up yet. */
export function exhausted(left: Headroom): LoopStop {
  const usd = left.usd !== undefined && left.tokens === undefined;
  return {
    condition: usd ? 'costUsd' : 'tokens',
    kind: 'limit',
    reason: `what is left (${left.usd === undefined ? '' : `$${left.usd}`}${left.usd !== undefined && left.tokens !== undefined ? ', ' : ''}${left.tokens === undefined ? '' : `${left.tokens} tokens`}) is enough for one last answer`,
  };
}

/**
 * Results of tools, cut so far that what has to follow still fits: the long ones first, all to the same length.
 * @param isEnough whether it fits with these results
 */
export function cutToFit(
  results: readonly PerformedToolCall[],
  isEnough: (results: readonly PerformedToolCall[]) => boolean,
): readonly PerformedToolCall[] {
  if (isEnough(results)) return results;
  let [least, most] = [0, Math.max(...results.map(({ content }) => Buffer.byteLength(content)))];
  // The greatest length with which it fits; cutting to nothing is all that can be done.
  while (most - least > 16) {
    const middle = Math.floor((least + most) / 2);
    if (isEnough(results.map((each) => cut(each, middle)))) least = middle;
    else most = middle;
  }
  return results.map((each) => cut(each, least));
}

/** Bytes below which the mark of a cut would be all that there is. */
const shortest = 64;

function cut(result: PerformedToolCall, length: number): PerformedToolCall {
  if (Buffer.byteLength(result.content) <= length) return result;
  const { parts: _, ...rest } = result;
  return { ...rest, content: length < shortest ? '' : boundedText(result.content, length) };
}

import { deepest, isTooDeep, parse, type ReadJson } from './json-text.js';
import { ProseScan } from './prose-scan.js';
import { afterThinking } from './think-tags.js';

/**
 * The one JSON value of a text: alone, or in a fence of Markdown, after a think block, between sentences. Nothing is
 * guessed: two different values, a value that is cut off or not quite JSON, and a value inside something that looks like one
 * are not an answer. Takes time linear in the text.
 */
export function readJson(text: string): ReadJson {
  const bare = afterThinking(text.trim());
  const whole = parse(bare);
  if (whole.ok) return isTooDeep(bare) ? tooDeep : whole;
  const fenced = parse(withoutFence(bare));
  if (fenced.ok) return isTooDeep(bare) ? tooDeep : fenced;
  const scan = new ProseScan(bare);
  const found = scan.value();
  if (scan.isAmbiguous) return { ok: false, why: 'holds different JSON values, and only one is asked for' };
  if (found === undefined) return whole;
  return parse(found);
}

const tooDeep: ReadJson = { ok: false, why: `is nested more than ${deepest} levels deep` };

/** What is in a fence that is the whole text: it may be a text or a number, which can't be told from prose elsewhere. */
function withoutFence(text: string): string {
  const end = text.indexOf('\n');
  if (end < 0 || !/^```[\w+-]*\s*$/.test(text.slice(0, end)) || !text.endsWith('```')) return text;
  return text.slice(end, -3);
}

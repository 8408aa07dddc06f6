import { storableText } from './storable-text.js';

/**
 * The beginning of a text for a message to people or models: well-formed, cut between two code points, with `…` where something is missing.
 * @param most units of UTF-16
 */
export function shortText(text: string, most: number): string {
  if (text.length <= most) return storableText(text).text;
  const isPair = /[\ud800-\udbff]/.test(text.charAt(most - 1)) && /[\udc00-\udfff]/.test(text.charAt(most));
  return `${storableText(text.slice(0, isPair ? most - 1 : most)).text}…`;
}

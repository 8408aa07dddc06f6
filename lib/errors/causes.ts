import { readProperty } from '../text/index.js';

/** Causes nested deeper than this are not looked at. */
const deepest = 8;

/** An error and its causes, from the outside in. Never throws. */
export function causesOf(error: unknown): object[] {
  const chain: object[] = [];
  let one = error;
  while (chain.length < deepest && typeof one === 'object' && one !== null && !chain.includes(one)) {
    chain.push(one);
    one = readProperty(one, 'cause');
  }
  return chain;
}

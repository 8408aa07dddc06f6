import type { ContentRule } from './protocol.js';

/** Every string of a value's content as it is, however deep, without its keys. */
export function* contentStrings(value: unknown, rule: ContentRule): Generator<string, void, undefined> {
  if (rule === 'protocol') return;
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* contentStrings(inner, ruleUnder(rule, key));
  }
}

/** What goes for a field of an object, or for an element of a list. */
export function ruleUnder(rule: ContentRule, key: string): ContentRule {
  if (typeof rule === 'string') return rule;
  if ('items' in rule) return rule.items;
  return Object.hasOwn(rule.fields, key) ? (rule.fields[key] ?? 'content') : 'content';
}

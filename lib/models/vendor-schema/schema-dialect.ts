import type { JsonValue } from '../../values/index.js';
import type { SchemaSize } from './schema-size.js';

/** The types of JSON Schema that carry keywords of their own. */
export type RuledType = 'string' | 'number' | 'array' | 'object';

/** The part of JSON Schema that a vendor's strict mode knows: what is not listed here is never sent in it. */
export interface SchemaDialect {
  /** By type, the rules that may be beside `type`, `enum`, `properties`, `required` and `items`. */
  readonly rules: Readonly<Record<RuledType, Readonly<Record<string, (value: JsonValue) => boolean>>>>;
  /** What becomes of any other rule: the schema is not sent strictly, or the rule is told in the description. */
  readonly otherRules: 'refused' | 'described';
  /** How a property that may be missing is written: it has to be there and may be null, or it is left out of `required`. */
  readonly optional: 'nullable' | 'absent';
  /** Whether a schema may contain itself. */
  readonly recursion: boolean;
  readonly fits: (size: SchemaSize) => boolean;
}

export const isNumber = (value: JsonValue): boolean => typeof value === 'number';

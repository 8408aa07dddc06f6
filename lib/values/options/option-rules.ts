import { type Duration, milliseconds } from '../../clock/index.js';
import { suggestion, textLimits } from '../../text/index.js';
import { identifierProblem } from '../ids/assert-identifier.js';

/** A rule for each option of an interface: with `satisfies`, one that is added to the type has to be added to the rules. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/** Says what is wrong with the value of an option, with its path in front. */
export type OptionRule = (value: unknown, path: string) => readonly string[];

export const anything: OptionRule = () => [];

export const duration: OptionRule = (value, path) => {
  try {
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new RangeError('it is neither text nor number');
    // Whether the text is a duration is what is asked here.
    milliseconds(value as Duration);
    return [];
  } catch {
    return [
      `${path} is ${shown(value)}. Write a duration of at most 100 years: '500ms', '10s', '5m', '2h', '1d', or milliseconds.`,
    ];
  }
};

/** A whole number of at least `least`. */
export function whole(least: number): OptionRule {
  return (value, path) =>
    Number.isInteger(value) && Number(value) >= least
      ? []
      : [`${path} is ${shown(value)}. Write a whole number of ${least} or more.`];
}

/** A whole number. */
export function between(least: number, most: number): OptionRule {
  return (value, path) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? []
      : [`${path} has to be a whole number from ${least} to ${most}.`];
}

/** Names and values: no list. @param what they are: `names and values of metadata` */
export function object(what: string): OptionRule {
  return (value, path) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? []
      : [`${path} has to be an object: ${what}.`];
}

/** A finite number of at least `least`. */
export function numeric(least: number): OptionRule {
  return (value, path) =>
    typeof value === 'number' && Number.isFinite(value) && value >= least
      ? []
      : [`${path} is ${shown(value)}. Write a number of ${least} or more.`];
}

/** A part of something: from 0 to 1. */
export const share: OptionRule = (value, path) =>
  typeof value === 'number' && value >= 0 && value <= 1
    ? []
    : [`${path} is ${shown(value)}. Write a share from 0 to 1: 0.05 is one of twenty.`];

/** A part of something that is not nothing: above 0, at most 1. */
export const somePart: OptionRule = (value, path) =>
  typeof value === 'number' && value > 0 && value <= 1
    ? []
    : [`${path} is ${shown(value)}. Write a share above 0 and at most 1: 0.8 is four fifths.`];

/** A list, each of whose entries keeps a rule. */
export function eachOf(rule: OptionRule): OptionRule {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each: unknown, index) => rule(each, `${path}[${index}]`))
      : [`${path} is ${shown(value)}. Write a list.`];
}

export function oneOf(...values: readonly string[]): OptionRule {
  return (value, path) =>
    values.includes(String(value))
      ? []
      : [`${path} is ${shown(value)}. Write one of ${values.map((each) => `'${each}'`).join(', ')}.`];
}

export const truth: OptionRule = (value, path) =>
  typeof value === 'boolean' ? [] : [`${path} is ${shown(value)}. Write true or false.`];

export const text: OptionRule = (value, path) =>
  typeof value === 'string' && value.trim() !== ''
    ? []
    : [`${path} is ${shown(value)}. Write a text that is not empty.`];

/** A text that names something, so that it is kept as it is. @param most bytes of UTF-8 */
export function identifier(most: number = textLimits.identifier): OptionRule {
  return (value, path) => {
    const problem = identifierProblem(value, most);
    return problem === undefined ? text(value, path) : [`${path} ${problem}.`];
  };
}

export const pure: OptionRule = (value, path) =>
  typeof value === 'function' ? [] : [`${path} is ${shown(value)}. Write a function.`];

/** One of these rules by the kind of value: text and functions stand for themselves, objects have fields. */
export function orFields(plain: OptionRule, table: Readonly<Record<string, OptionRule>>): OptionRule {
  return (value, path) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fields(table)(value, path)
      : plain(value, path);
}

/** An object with these options and no others. `later`: options whose part is not built yet. */
export function fields(
  table: Readonly<Record<string, OptionRule>>,
  later: readonly string[] = [],
): OptionRule {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${path} is ${shown(value)}. Write an object with options.`];
    return Object.entries(value).flatMap(([name, option]) => {
      const full = path === '' || path.endsWith(' ') ? `${path}${name}` : `${path}.${name}`;
      if (later.includes(name)) return [`${full} is not built yet in this version. Remove it.`];
      const rule = Object.hasOwn(table, name) ? table[name] : undefined;
      if (!rule) return [`${full} is not an option.${suggestion(name, Object.keys(table))}`];
      return option === undefined ? [] : rule(option, full);
    });
  };
}

export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' || typeof value === 'function' ? `a ${typeof value}` : String(value);
}

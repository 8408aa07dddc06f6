import { composed } from '../ids/assert-identifier.js';
import { canonicalId } from '../ids/canonical-id.js';
import { readPrincipal } from '../principal.js';

/** What a field of a query takes. */
export interface QueryRule {
  /** For the message: `takes …`. */
  readonly takes: string;
  /** The value as it is used inside, or `refused`. What it throws (a revoked proxy) means the same. */
  read(value: unknown): unknown;
}

/** What a rule answers for a value that does not fit. */
export const refused = Symbol('refused');
const unstorable = /[\0\p{Surrogate}]/u;
/** The most characters of a text that is looked for. */
const longestText = 10_000;
const longestList = 1_000;

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longestText && !unstorable.test(value);

function rule(takes: string, fits: (value: unknown) => boolean): QueryRule {
  return { takes, read: (value) => (fits(value) ? value : refused) };
}

/** Text that the database can hold. */
export const textField = rule(
  `text of at most ${longestText} characters, without NUL and lone surrogates`,
  isText,
);

/** Text that people read or choose, not empty. */
export function shortName(longest: number): QueryRule {
  return rule(
    `text of 1 to ${longest} characters, without NUL and lone surrogates`,
    (value) => isText(value) && value.trim() !== '' && value.length <= longest,
  );
}

/** What is checked elsewhere. */
export const unchecked: QueryRule = { takes: 'anything', read: (value) => value };

/** The name of a person, a tenant or a role, in the one form (NFC) in which names are kept. */
export const canonicalName: QueryRule = {
  takes: textField.takes,
  read: (value) => (isText(value) ? composed(value) : refused),
};

export const id: QueryRule = { takes: 'a UUID', read: (value) => canonicalId(value) ?? refused };

/** The years that an ISO date of four digits can tell, and that PostgreSQL reads. */
export const time = rule('a valid Date of the years 1 to 9999', (value) => {
  if (!(value instanceof Date)) return false;
  const year = value.getUTCFullYear();
  return year >= 1 && year <= 9999;
});

export const person: QueryRule = {
  takes: 'a principal with an id of text, roles that are a list of text, and a tenant of text',
  read: (value) => readPrincipal(value, 'the principal'),
};

/** A whole number from 1; more than `most` is read as `most`. */
export function pageLimit(most: number): QueryRule {
  return {
    takes: `a whole number from 1 to ${most}`,
    read: (value) =>
      Number.isInteger(value) && Number(value) >= 1 ? Math.min(Number(value), most) : refused,
  };
}

export function oneOfField(names: readonly string[]): QueryRule {
  return rule(`one of ${names.join(', ')}`, (value) => names.some((name) => name === value));
}

export function someOf(names: readonly string[]): QueryRule {
  const isOne = (value: unknown) => names.some((name) => name === value);
  return rule(
    `one or a list of ${names.join(', ')}`,
    (value) => isOne(value) || (Array.isArray(value) && value.length <= longestList && value.every(isOne)),
  );
}

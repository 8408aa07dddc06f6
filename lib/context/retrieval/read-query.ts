import { InputValidationError } from '../../errors/index.js';
import { type JsonValue, option, type OptionRule, type OptionRules, toJson } from '../../values/index.js';
import type { RetrievalQuery } from './retriever.js';

/** Passages where nothing is said. */
const usualLimit = 8;
/** Of one question. */
export const mostPassages = 200;

/** Longer ones are documents: what is to be found by them would be found by everything. */
const mostCharacters = 10_000;

const worded: OptionRule = (value, path) =>
  typeof value === 'string' && value.length > mostCharacters
    ? [`${path} has ${value.length} characters, and may have ${mostCharacters}.`]
    : option.text(value, path);

const fields = option.fields({
  text: worded,
  limit: option.between(1, mostPassages),
  filter: option.object('names and values of metadata'),
} satisfies OptionRules<RetrievalQuery>);

/** A query with all that it means. */
export interface FullQuery extends RetrievalQuery {
  readonly limit: number;
}

/** @throws {InputValidationError} */
export function readRetrievalQuery(given: string | RetrievalQuery): FullQuery {
  const query: unknown = typeof given === 'string' ? { text: given } : given;
  const problems = [...fields(query, 'query')];
  if (isObject(query) && query['text'] === undefined)
    problems.push('query.text is missing: what is looked for, in words.');
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
  // As the rules above have found it.
  const { text, limit = usualLimit, filter } = query as RetrievalQuery;
  const metadata = filter && (toJson(filter, 'query.filter') as Readonly<Record<string, JsonValue>>);
  return { text, limit, ...(metadata ? { filter: metadata } : {}) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

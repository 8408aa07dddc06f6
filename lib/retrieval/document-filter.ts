import { InputValidationError } from '../errors/index.js';
import { type JsonValue, option, type OptionRules, toJson } from '../values/index.js';

/** Which documents are listed. */
export interface DocumentFilter {
  /** What the metadata of a document has to contain, at any depth; of a list, each of these. @default anything */
  readonly filter?: Readonly<Record<string, JsonValue>> | undefined;
  /** Documents of a page. From 1 to 1,000. @default 50 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

const usualLimit = 50;
const mostListed = 1_000;

const rules = option.fields({
  filter: option.object('names and values of metadata'),
  limit: option.between(1, mostListed),
  cursor: option.text,
} satisfies OptionRules<DocumentFilter>);

/** @throws {InputValidationError} */
export function readDocumentFilter(given: DocumentFilter) {
  const problems = rules(given, 'filter');
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
  const { filter = {}, limit = usualLimit, cursor } = given;
  return { filter: toJson(filter, 'filter.filter') as NonNullable<DocumentFilter['filter']>, limit, cursor };
}

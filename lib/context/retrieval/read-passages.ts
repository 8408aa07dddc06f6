import type { PassageSource, RetrievedPassage } from '../../content/index.js';
import { NonRetryableError } from '../../errors/index.js';
import { hashOf, type JsonValue, toJson } from '../../values/index.js';

const sourceFields = ['title', 'section', 'version'] as const;

/**
 * Passages as they go on record: whole, each once, without what is not theirs.
 * @param where `retriever web`, for messages
 * @throws {NonRetryableError} if they are not passages
 */
export function readPassages(given: unknown, where: string): RetrievedPassage[] {
  const json = toJson(given, `the passages of ${where}`);
  if (!Array.isArray(json)) throw malformed(where, 'it is not a list');
  const seen = new Set<string>();
  return json
    .map((passage, index) => readPassage(passage, index, where))
    .filter(({ id }) => !seen.has(id) && seen.add(id));
}

function readPassage(given: JsonValue, index: number, where: string): RetrievedPassage {
  const at = `[${index}]`;
  if (!isObject(given)) throw malformed(where, `${at} is not an object`);
  const { id, text, score, source, metadata = {}, trust = 'untrusted' } = given;
  if (typeof id !== 'string' || id === '') throw malformed(where, `${at}.id is not a text`);
  if (typeof text !== 'string') throw malformed(where, `${at}.text is not a text`);
  if (typeof score !== 'number') throw malformed(where, `${at}.score is not a number`);
  if (!isObject(source) || typeof source['uri'] !== 'string')
    throw malformed(where, `${at}.source.uri is not a text`);
  if (!isObject(metadata)) throw malformed(where, `${at}.metadata is not an object`);
  if (trust !== 'trusted' && trust !== 'untrusted')
    throw malformed(where, `${at}.trust is neither 'trusted' nor 'untrusted'`);
  return { id, text, score, source: readSource(source['uri'], source), metadata, trust, hash: hashOf(text) };
}

function readSource(uri: string, given: Readonly<Record<string, JsonValue>>): PassageSource {
  const known = sourceFields.flatMap((name) =>
    typeof given[name] === 'string' ? [[name, given[name]]] : [],
  );
  return { uri, ...Object.fromEntries(known) };
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(where: string, what: string): NonRetryableError {
  return new NonRetryableError(`${where} did not give passages: ${what}. See Passage.`);
}

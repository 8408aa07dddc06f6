import { InputValidationError } from '../errors/index.js';
import { shortText, storableText } from '../text/index.js';
import {
  composed,
  hashOf,
  option,
  type OptionRule,
  type OptionRules,
  sha256,
  toJson,
} from '../values/index.js';
import { type ChunkingOptions, chunksOf } from './chunking/chunks.js';
import { markdownBlocks, plainBlocks } from './chunking/markdown-blocks.js';
import type { Document } from './document.js';
import { rolesRule } from './knowledge-base.options.js';
import { configurationOf, languageProblems } from './languages.js';
import type { StoredChunk, StoredDocument } from '../context/index.js';

const mostCharacters = 10_000_000;
/** In bytes of UTF-8. With the tenant it is part of an index, whose entries PostgreSQL limits to 2,704 bytes. */
const longestUri = 2_000;
/** In units of UTF-16; of longer ones the beginning. It is searched with each chunk. */
const longestTitle = 1_000;
/** Of how documents become chunks: another one makes all of them new. */
const chunkingVersion = 1;

const roles: OptionRule = (value, path) =>
  Array.isArray(value) && value.length === 0
    ? [`${path} has to be a list of roles; leave it out for everybody.`]
    : rolesRule(value, path);

const fields = option.fields({
  uri: option.identifier(longestUri),
  title: option.text,
  text: (value, path) =>
    typeof value === 'string' && value.length <= mostCharacters
      ? []
      : [`${path} has to be a text of at most ${mostCharacters} characters.`],
  mediaType: option.oneOf('text/markdown', 'text/plain'),
  language: languageProblems,
  roles,
  about: option.identifier(),
  trust: option.oneOf('trusted', 'untrusted'),
  metadata: option.object('names and values'),
  shared: option.truth,
} satisfies OptionRules<Document>);

/** A document that is ready to be stored, but for whose it is. */
export interface ReadDocument extends Omit<StoredDocument, 'base' | 'tenant' | 'ingestedBy'> {
  /** How many its text has. */
  readonly characters: number;
  /** Cuts it. */
  chunks(): readonly StoredChunk[];
}

export interface ReadingOptions {
  /** Of documents that name none. */
  readonly language: string;
  readonly chunking: ChunkingOptions;
  /** That makes vectors of its chunks. */
  readonly model: string | undefined;
}

/** @param path `documents[3]` @throws {InputValidationError} */
export function readDocument(
  given: unknown,
  path: string,
  { language, chunking, model }: ReadingOptions,
): ReadDocument {
  const problems = [...fields(given, path)];
  const { uri, text } = (given ?? {}) as Partial<Document>;
  if (uri === undefined) problems.push(`${path}.uri is missing: what names the document.`);
  if (text === undefined) problems.push(`${path}.text is missing.`);
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
  // As the rules above have found it.
  const document = given as Document;
  const { mediaType = 'text/markdown', trust = 'untrusted', shared = false } = document;
  const written = storableText(document.text).text;
  const blocks = () => (mediaType === 'text/plain' ? plainBlocks(written) : markdownBlocks(written));
  const title = document.title ?? blocks()[0]?.headings[0];
  const kept = {
    uri: document.uri,
    shared,
    title: title === undefined ? undefined : shortText(title, longestTitle),
    mediaType,
    language: configurationOf(document.language ?? language) ?? language,
    roles: document.roles?.map((role) => composed(role)),
    trusted: trust === 'trusted',
    model,
    about: document.about === undefined ? undefined : composed(document.about),
    metadata: toJson(document.metadata ?? {}, `${path}.metadata`) as StoredDocument['metadata'],
  };
  return {
    ...kept,
    hash: hashOf(toJson({ ...kept, text: sha256(written), chunking, chunkingVersion }, path)),
    characters: written.length,
    chunks: () => chunksOf(blocks(), chunking),
  };
}

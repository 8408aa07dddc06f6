import { option, type OptionRules } from '../values/index.js';
import type { ChunkingOptions } from './chunking/chunks.js';
import { languageProblems } from './languages.js';

/** Who may do what with a knowledge base. A list stands for `read`. */
export interface KnowledgeBaseAccess {
  /** Roles that may search it. @default everybody */
  readonly read?: readonly string[] | undefined;
  /** Roles that may bring documents in, and remove them. @default those whom the `AccessPolicy` lets do `knowledge.ingest` */
  readonly ingest?: readonly string[] | undefined;
}

export interface KnowledgeBaseOptions {
  /** Of documents that name none: ISO 639-1, or `any`. @default 'en' */
  readonly language?: string | undefined;
  /** Who may search it, and bring documents in. A list: roles that may search it. @default as its parts say */
  readonly access?: KnowledgeBaseAccess | readonly string[] | undefined;
  /**
   * The model that puts into numbers what chunks and queries mean: an alias, or `provider/model`. Another one has all documents be
   * embedded again when they are next brought in. @default none: documents are found by their words
   */
  readonly embedding?: { readonly model: string } | undefined;
  /**
   * How chunks are found. `text`: by words; `vectors`: by what they mean; `fusion`: by both, by reciprocal rank fusion.
   * @default 'fusion' where there is an `embedding`, else 'text'
   */
  readonly search?: 'text' | 'vectors' | 'fusion' | undefined;
  /** How documents are cut. Another setting has all documents be cut again when they are next brought in. */
  readonly chunking?: ChunkingOptions | undefined;
}

export const rolesRule = option.eachOf(option.identifier());

/** Fewer have no room for headings. */
const fewestTokens = 30;
/** Longer ones are not passages, and few models make vectors of them. */
const mostTokens = 10_000;

const rules = option.fields({
  language: languageProblems,
  access: (value, path) =>
    Array.isArray(value)
      ? rolesRule(value, path)
      : option.fields({ read: rolesRule, ingest: rolesRule })(value, path),
  embedding: option.fields({ model: option.text }),
  search: option.oneOf('text', 'vectors', 'fusion'),
  chunking: option.fields({
    maxTokens: option.between(fewestTokens, mostTokens),
    overlap: option.whole(0),
  } satisfies OptionRules<ChunkingOptions>),
} satisfies OptionRules<KnowledgeBaseOptions>);

/** Everything that is wrong. */
export function knowledgeBaseProblems(name: unknown, options: unknown): string[] {
  const path = `KnowledgeBaseModule.forFeature('${String(name)}')`;
  const isNamed = typeof name === 'string' && /^[\w-]{1,100}$/.test(name);
  return [
    ...(isNamed ? [] : [`${path}: the name has letters, digits, '_' and '-', at most 100.`]),
    ...rules(options, `${path} `),
    ...missing(options, path),
  ];
}

function missing(options: unknown, path: string): readonly string[] {
  const { search, embedding } = (options ?? {}) as KnowledgeBaseOptions;
  if (embedding !== undefined)
    return embedding.model === undefined ? [`${path} embedding.model is missing.`] : [];
  return search === 'vectors' || search === 'fusion'
    ? [`${path} search is '${search}', which takes an embedding: { model }.`]
    : [];
}

/** Who may read and who may ingest, where something is declared. */
export function accessOf(access: KnowledgeBaseOptions['access']): KnowledgeBaseAccess {
  return isList(access) ? { read: access } : (access ?? {});
}

function isList(access: KnowledgeBaseOptions['access']): access is readonly string[] {
  return Array.isArray(access);
}

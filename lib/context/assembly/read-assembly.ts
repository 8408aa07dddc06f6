import { InputValidationError } from '../../errors/index.js';
import { readProperty } from '../../text/index.js';
import {
  hashOf,
  type JsonValue,
  option,
  type OptionRule,
  type OptionRules,
  toJson,
} from '../../values/index.js';
import type {
  ContextPart,
  MemoriesPartOptions,
  PartOptions,
  RetrievedPartOptions,
  TextPartOptions,
} from './context-part.js';

/** What a context is made of. */
export interface Assembly {
  /**
   * Most tokens, by estimate: a token for every three bytes of text. Or a share of what a model reads: of an alias, of the one that
   * reads least.
   */
  readonly tokens: number | { readonly of: string; readonly share: number };
  /** In the order in which the model reads them. */
  readonly parts: readonly ContextPart[];
}

const shareRule: OptionRule = (value, path) =>
  value === 0 ? [`${path} is 0. Leave the part out.`] : option.share(value, path);

const commonTable = {
  required: option.truth,
  priority: option.numeric(Number.NEGATIVE_INFINITY),
  share: shareRule,
} satisfies OptionRules<PartOptions>;

const optionRules = {
  text: option.fields({
    ...commonTable,
    trust: option.oneOf('trusted', 'untrusted'),
  } satisfies OptionRules<TextPartOptions>),
  value: option.fields(commonTable),
  // What is looked for is checked where it is asked for.
  retrieved: option.fields({
    ...commonTable,
    query: option.anything,
    limit: option.anything,
    filter: option.anything,
  } satisfies OptionRules<RetrievedPartOptions>),
  conversation: option.fields(commonTable),
  memories: option.fields({
    ...commonTable,
    about: option.anything,
    query: option.anything,
    limit: option.anything,
    scope: option.anything,
    user: option.anything,
    agent: option.anything,
  } satisfies OptionRules<MemoriesPartOptions>),
} satisfies Readonly<Record<ContextPart['kind'], OptionRule>>;

const tokensRule: OptionRule = (value, path) =>
  typeof value === 'object'
    ? option.fields({ of: option.text, share: shareRule })(value, path)
    : option.whole(1)(value, path);

/** @throws {InputValidationError} saying everything that is wrong */
export function checkAssembly(given: unknown): asserts given is Assembly {
  const parts = readProperty(given, 'parts');
  const problems = [
    ...tokensRule(readProperty(given, 'tokens') ?? undefined, 'tokens'),
    ...(Array.isArray(parts) ? parts.flatMap(partProblems) : ['parts has to be a list: see part.']),
    ...(Array.isArray(parts) ? nameProblems(parts) : []),
  ];
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
}

function partProblems(given: unknown, index: number): readonly string[] {
  const path = `parts[${index}]`;
  const kind = readProperty(given, 'kind');
  if (typeof kind !== 'string' || !Object.hasOwn(optionRules, kind))
    return [
      `${path} is not a part: make it by part.text(), part.value(), part.retrieved(), part.conversation() or part.memories().`,
    ];
  // Just looked up.
  const rules: OptionRule = optionRules[kind as ContextPart['kind']];
  return [
    ...(/^[\w-]{1,64}$/.test(String(readProperty(given, 'name')))
      ? []
      : [`${path}.name is not a name of letters, digits, '_' and '-'.`]),
    ...rules(readProperty(given, 'options'), path),
    ...contentProblems(given, kind).map((problem) => `${path}: ${problem}`),
  ];
}

function contentProblems(given: unknown, kind: string): readonly string[] {
  if (kind === 'text' && typeof readProperty(given, 'text') !== 'string') return ['its text is none.'];
  if (kind === 'conversation' && typeof readProperty(given, 'conversation') !== 'string')
    return ['its conversation is not an id.'];
  const isRetriever = typeof readProperty(readProperty(given, 'retriever'), 'retrieve') === 'function';
  return kind === 'retrieved' && !isRetriever ? ['its retriever is none: it has no retrieve().'] : [];
}

function nameProblems(parts: readonly unknown[]): readonly string[] {
  const names = parts.map((each) => readProperty(each, 'name'));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `parts: two have the name '${String(name)}'.`,
  );
}

/** A part as it is known by: what it asks for, and a hash of what it holds. @throws {PayloadError} if a value is not JSON */
export function describePart(part: ContextPart): JsonValue {
  const { kind, name, options } = part;
  return toJson({ kind, name, options, ...identityOf(part) }, `part ${name}`) ?? null;
}

function identityOf(part: ContextPart): Readonly<Record<string, unknown>> {
  switch (part.kind) {
    case 'text':
      return { hash: hashOf(part.text) };
    case 'value':
      return { hash: hashOf(toJson(part.value, `part ${part.name}`) ?? null) };
    case 'retrieved':
      return { retriever: part.retriever.name };
    case 'memories':
      return {};
    case 'conversation':
      return { conversation: part.conversation };
  }
}

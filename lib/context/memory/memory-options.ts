import type { Duration } from '../../clock/index.js';
import { InputValidationError } from '../../errors/index.js';
import { readProperty } from '../../text/index.js';
import { composed, option, type OptionRule, type OptionRules } from '../../values/index.js';
import type { MemoryScope } from './memory.js';

/** Of whom memories are. */
export interface MemoryOwner {
  /** `user`: of one person; `tenant`: of everybody in the tenant, as far as the `AccessPolicy` allows; `agent`: of one agent. @default 'user' */
  readonly scope?: MemoryScope | undefined;
  /** With `user`: id of the principal. @default the current one */
  readonly user?: string | undefined;
  /** With `agent`: its name. @default the one that works now */
  readonly agent?: string | undefined;
}

/** Something to remember. */
export interface NewMemory extends MemoryOwner {
  /** Whom or what it is about, by an id of your own, such as that of a customer: at most 512 bytes of UTF-8. */
  readonly about: string;
  /** A statement that is understood by itself: at most 4,000 characters. */
  readonly text: string;
  /** How long it is remembered. @default for good */
  readonly expiresIn?: Duration | undefined;
  /** Whether what it says may be taken for the host's own. @default 'untrusted' */
  readonly trust?: 'trusted' | 'untrusted' | undefined;
  /** Id of the message in which it was said. @default none */
  readonly message?: string | undefined;
}

/** What is to be recalled. */
export interface MemoryQuery extends MemoryOwner {
  /** Whom or what it is about. */
  readonly about: string;
  /** In words: what has most of it comes first. @default the newest first */
  readonly query?: string | undefined;
  /** Most memories. From 1 to 100. @default 8 */
  readonly limit?: number | undefined;
}

export interface MemoryFilter extends MemoryOwner {
  /** Whom or what they are about. @default whatever */
  readonly about?: string | undefined;
  /** From 1 to 500. @default 50 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** Memories to forget: all about somebody. With a scope only those of it, without one all of the tenant. */
export interface ForgottenMemories extends MemoryOwner {
  /** Whom or what they are about. */
  readonly about: string;
}

const longestText = 4_000;
export const memoryScopes = ['user', 'tenant', 'agent'] as const satisfies readonly MemoryScope[];
/** Of one question. */
export const mostRecalled = 100;
const mostListed = 500;

const statement: OptionRule = (value, path) =>
  typeof value === 'string' && value.length > longestText
    ? [`${path} has ${value.length} characters, and may have ${longestText}.`]
    : option.text(value, path);

const name = option.identifier();

const ownerTable = {
  scope: option.oneOf(...memoryScopes),
  user: name,
  agent: name,
} satisfies OptionRules<MemoryOwner>;

const newMemory = option.fields({
  ...ownerTable,
  about: name,
  text: statement,
  expiresIn: option.duration,
  trust: option.oneOf('trusted', 'untrusted'),
  message: name,
} satisfies OptionRules<NewMemory>);

const memoryQuery = option.fields({
  ...ownerTable,
  about: name,
  query: option.text,
  limit: option.between(1, mostRecalled),
} satisfies OptionRules<MemoryQuery>);

const memoryFilter = option.fields({
  ...ownerTable,
  about: name,
  limit: option.between(1, mostListed),
  cursor: option.text,
} satisfies OptionRules<MemoryFilter>);

const forgotten = option.fields({
  ...ownerTable,
  about: name,
} satisfies OptionRules<ForgottenMemories>);

/** @throws {InputValidationError} */
export function readNewMemory(given: unknown): NewMemory {
  return read<NewMemory>(newMemory, given, 'memory', ['about', 'text']);
}

/** @throws {InputValidationError} */
export function readMemoryQuery(given: unknown): MemoryQuery {
  return read<MemoryQuery>(memoryQuery, given, 'query', ['about']);
}

/** @throws {InputValidationError} */
export function readMemoryFilter(given: unknown): MemoryFilter {
  return read<MemoryFilter>(memoryFilter, given, 'filter', []);
}

/** @throws {InputValidationError} */
export function readForgotten(given: unknown): ForgottenMemories {
  return read<ForgottenMemories>(forgotten, given, 'forget', ['about']);
}

/** What is given, with people named in the form in which principals are. */
function read<Options extends MemoryFilter>(
  rule: OptionRule,
  given: unknown,
  where: string,
  needed: readonly (keyof Options & string)[],
): Options {
  const problems = [
    ...rule(given, where),
    ...needed
      .filter((each) => readProperty(given, each) === undefined)
      .map((each) => `${where}.${each} is missing.`),
    ...ownerProblems(given, where),
  ];
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
  // As the rules have found it.
  const options = given as Options;
  const { about, user } = options;
  return {
    ...options,
    ...(about === undefined ? {} : { about: composed(about) }),
    ...(user === undefined ? {} : { user: composed(user) }),
  };
}

function ownerProblems(given: unknown, where: string): readonly string[] {
  const scope = readProperty(given, 'scope') ?? 'user';
  return (['user', 'agent'] as const)
    .filter((each) => readProperty(given, each) !== undefined && each !== scope)
    .map((each) => `${where}.${each} needs scope: '${each}'.`);
}

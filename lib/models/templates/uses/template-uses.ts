import { type SourceToken, sourceTokens } from './source-tokens.js';

/** A request that names its template by a literal. */
export interface TemplateUse {
  readonly template: string;
  /** Undefined where it is not given, or not as a literal. */
  readonly version: string | undefined;
  /** Names of the variables; undefined where the source does not tell them all. */
  readonly variables: readonly string[] | undefined;
}

const asking: ReadonlySet<string> = new Set(['generate', 'stream']);
const opening: ReadonlySet<string> = new Set(['{', '(', '[']);
const closing: ReadonlySet<string> = new Set(['}', ')', ']']);

/** The requests of a class, or a function, that name their template literally: `generate({ template: 'triage', … })`. */
export function templateUses(source: string): readonly TemplateUse[] {
  const tokens = sourceTokens(source);
  return tokens.flatMap(({ kind, value }, index): readonly TemplateUse[] => {
    if (kind !== 'name' || !asking.has(value) || !is(tokens[index + 1], '(')) return [];
    const options = entriesAt(tokens, index + 2);
    const template = literal(options?.get('template'));
    if (!options || template === undefined) return [];
    return [{ template, version: literal(options.get('templateVersion')), variables: namesOf(options) }];
  });
}

type Entries = ReadonlyMap<string, readonly SourceToken[]>;

/** The entries of the object literal that begins there, by their names; undefined where it is none, or can't be read whole. */
function entriesAt(tokens: readonly SourceToken[], start: number): Entries | undefined {
  if (!is(tokens[start], '{')) return undefined;
  const entries = new Map<string, readonly SourceToken[]>();
  let entry: SourceToken[] = [];
  const keep = (): void => {
    const [key, colon, ...value] = entry;
    if (key) entries.set(key.value, is(colon, ':') ? value : entry);
    entry = [];
  };
  for (let index = start + 1, depth = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token) break;
    if (depth === 0 && is(token, '}')) {
      keep();
      return entries;
    }
    if (depth === 0 && is(token, ',')) {
      keep();
      continue;
    }
    if (token.kind === 'mark' && opening.has(token.value)) depth += 1;
    if (token.kind === 'mark' && closing.has(token.value)) depth -= 1;
    entry.push(token);
  }
  return undefined;
}

function namesOf(options: Entries): readonly string[] | undefined {
  const value = options.get('variables');
  // What is spread may bring them along.
  if (!value) return options.has('...') ? undefined : [];
  const variables = entriesAt(value, 0);
  const isWhole = variables && !variables.has('...') && !variables.has('[');
  return isWhole ? [...variables.keys()] : undefined;
}

function literal(value: readonly SourceToken[] | undefined): string | undefined {
  const [only, ...more] = value ?? [];
  return only?.kind === 'text' && more.length === 0 ? only.value : undefined;
}

function is(token: SourceToken | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.value === mark;
}

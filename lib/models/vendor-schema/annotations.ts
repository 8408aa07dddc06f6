import type { JsonValue, SchemaNode } from '../../values/index.js';

/** Keywords that tell something and refuse nothing. */
const tell: ReadonlySet<string> = new Set(['default', 'examples']);
/** Nothing in them helps a model, or it stands elsewhere. */
const silent: ReadonlySet<string> = new Set(
  ['$defs', 'definitions', '$schema', '$id', '$comment', '$anchor', 'id', 'deprecated', 'readOnly', 'writeOnly', 'discriminator', 'xml', 'externalDocs', 'example'], // prettier-ignore
);

/** A schema taken apart: the rules, and what is only said about them. */
export interface Annotated {
  readonly rules: SchemaNode;
  readonly title: JsonValue | undefined;
  readonly description: string | undefined;
}

export function annotated(schema: SchemaNode): Annotated {
  const { title, description, ...others } = schema;
  const rules = Object.entries(others).filter(
    ([keyword]) => !tell.has(keyword) && !silent.has(keyword) && !keyword.startsWith('x-'),
  );
  const told = Object.fromEntries(Object.entries(others).filter(([keyword]) => tell.has(keyword)));
  return {
    rules: Object.fromEntries(rules),
    title,
    description: described(typeof description === 'string' ? description : undefined, told),
  };
}

/** The description with keywords below it, in the form in which the Anthropic SDK writes them: `{minLength: 2}`. */
export function described(description: string | undefined, keywords: SchemaNode): string | undefined {
  const entries = Object.entries(keywords).map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`);
  if (entries.length === 0) return description;
  return `${description === undefined ? '' : `${description}\n\n`}{${entries.join(', ')}}`;
}

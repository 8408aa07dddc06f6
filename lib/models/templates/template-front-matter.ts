import { parse } from 'yaml';
import { errorMessage } from '../../errors/index.js';
import { type JsonValue, toJson } from '../../values/index.js';
import type { TemplateMessage } from './prompt-template.js';

/** What may be between the two `---` at the head of a template. */
export interface FrontMatter {
  readonly model?: string;
  readonly system?: string;
  /** JSON Schema of an object. */
  readonly variables?: JsonValue;
  readonly messages?: readonly TemplateMessage[];
}

const keys: readonly (keyof FrontMatter)[] = ['model', 'system', 'variables', 'messages'];

/** Splits a file into its front matter, which is YAML, and its text. */
export function frontMatterOf(file: string): {
  readonly text: string;
  readonly fields: FrontMatter;
  readonly problems: readonly string[];
} {
  const content = file.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const found = /^---\n(?<head>[\s\S]*?)(?:^|\n)---(?:\n|$)(?<text>[\s\S]*)$/.exec(content)?.groups;
  if (!found) return { text: content.trim(), fields: {}, problems: [] };
  const text = (found['text'] ?? '').trim();
  try {
    const given = toJson(parse(found['head'] ?? ''), 'the front matter') ?? {};
    const problems = problemsOf(given);
    return { text, fields: problems.length === 0 ? trimmed(given as FrontMatter) : {}, problems };
  } catch (error) {
    return {
      text,
      fields: {},
      problems: [`the front matter is not YAML: ${errorMessage(error).split('\n')[0]}`],
    };
  }
}

function problemsOf(given: JsonValue): readonly string[] {
  if (!isObject(given)) return ['the front matter has to be names and values'];
  return Object.entries(given ?? {}).flatMap(([name, value]): readonly string[] => {
    switch (name) {
      case 'model':
      case 'system':
        return typeof value === 'string' ? [] : [`'${name}' in the front matter has to be a text`];
      case 'variables':
        return isSchemaOfObject(value)
          ? []
          : [
              `'variables' in the front matter has to be the JSON Schema of an object: type: object, with properties`,
            ];
      case 'messages':
        return Array.isArray(value) && value.every(isMessage)
          ? []
          : [`'messages' in the front matter has to be a list of { role: user or assistant, content }`];
      default:
        return [`'${name}' in the front matter is none of ${keys.map((each) => `'${each}'`).join(', ')}`];
    }
  });
}

function trimmed({ system, ...fields }: FrontMatter): FrontMatter {
  return system === undefined ? fields : { ...fields, system: system.trim() };
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSchemaOfObject(value: JsonValue): boolean {
  return isObject(value) && value['type'] === 'object' && isObject(value['properties'] ?? null);
}

function isMessage(value: JsonValue): boolean {
  return (
    isObject(value) &&
    (value['role'] === 'user' || value['role'] === 'assistant') &&
    typeof value['content'] === 'string'
  );
}

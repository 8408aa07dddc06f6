import { InputValidationError } from '../../errors/index.js';
import { readProperty } from '../../text/index.js';
import { issuesInWords, type JsonValue, jsonSchemaIssues, toJson } from '../../values/index.js';
import type { PromptTemplate } from './prompt-template.js';
import { placeholdersIn } from './template-text.js';

/** Placeholders that are none of the declared variables. */
export function undeclared(texts: readonly string[], schema: JsonValue | undefined): readonly string[] {
  const declared = readProperty(schema, 'properties');
  if (typeof declared !== 'object' || declared === null) return [];
  const names = texts
    .flatMap(placeholdersIn)
    .filter((path) => !Object.hasOwn(declared, path.split('.')[0] ?? ''));
  return [...new Set(names)].map(
    (path) => `'{{${path}}}' is none of its variables: ${Object.keys(declared).join(', ') || 'none'}`,
  );
}

/** Names of the variables that have to be given. */
export function requiredOf(schema: JsonValue | undefined): readonly string[] {
  const required = readProperty(schema, 'required');
  return Array.isArray(required) ? required.map(String) : [];
}

/** @throws {InputValidationError} if the variables do not fit what the template declares */
export function checkVariables(
  { name, where, variables: schema }: Pick<PromptTemplate, 'name' | 'where' | 'variables'>,
  given: Readonly<Record<string, unknown>>,
): void {
  if (schema === undefined) return;
  const issues = jsonSchemaIssues(schema, toJson(given, `the variables of ${where}`) ?? {});
  if (issues.length === 0) return;
  throw new InputValidationError(
    `The variables of the template '${name}' (${where}) do not fit: ${issuesInWords(issues)}.`,
    { details: { template: name, issues } },
  );
}

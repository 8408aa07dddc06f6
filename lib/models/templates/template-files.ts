import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidOptionsError } from '../../errors/index.js';
import { hashOf, type JsonValue } from '../../values/index.js';
import { withPartials } from './partials.js';
import type { PromptTemplate } from './prompt-template.js';
import { frontMatterOf } from './template-front-matter.js';
import { checkPlaceholders } from './template-text.js';
import { undeclared } from './template-variables.js';

/** `triage.md`, `triage.v2.md`, `triage@2.txt`. */
const fileName = /^(?<name>.+?)(?:(?:\.v|@)(?<version>\d+(?:\.\d+)*))?\.(?:md|txt)$/;

interface TemplateFile extends Omit<PromptTemplate, 'hash' | 'messages'> {
  readonly messages?: PromptTemplate['messages'];
}

/**
 * Every template of a folder and the folders in it, by name (`support/triage`), oldest version first, partials filled in.
 * @param declared JSON Schemas of variables that are declared elsewhere, by name
 * @throws {InvalidOptionsError} listing every problem.
 */
export function loadTemplates(
  directory: string,
  declared: Readonly<Record<string, JsonValue>> = {},
): Map<string, PromptTemplate[]> {
  const problems: string[] = [];
  const files = readFiles(directory, problems);
  const templates = new Map(
    [...files].map(([name, versions]) => [
      name,
      versions.map((file) => completed({ ...file, ...ofClass(declared[name]) }, files, problems)),
    ]),
  );
  for (const name of Object.keys(declared))
    if (!templates.has(name))
      problems.push(`templates.variables names '${name}', and there is no such template`);
  if (problems.length === 0) return templates;
  // Those of one file beside each other.
  const sorted = problems.toSorted();
  throw new InvalidOptionsError(`The templates have problems:\n- ${sorted.join('\n- ')}`, {
    details: { problems: sorted },
  });
}

function ofClass(variables: JsonValue | undefined): { readonly variables?: JsonValue } {
  return variables === undefined ? {} : { variables };
}

function readFiles(directory: string, problems: string[]): Map<string, TemplateFile[]> {
  const files = new Map<string, TemplateFile[]>();
  for (const path of filesIn(directory)) {
    const parts = fileName.exec(path)?.groups;
    if (!parts) continue;
    const { name = '', version = '1' } = parts;
    const file = read(join(directory, path), name, version, problems);
    const versions = files.get(name) ?? [];
    const twin = versions.find((each) => each.version === version);
    if (twin) problems.push(`${twin.where} and ${file.where} are both version ${version} of '${name}'`);
    files.set(name, [...versions, file].toSorted(byVersion));
  }
  return files;
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted();
  } catch (cause) {
    throw new InvalidOptionsError(
      `The template folder '${resolve(directory)}' can't be read: create it, or correct 'templates.directory' in the module options.`,
      { cause },
    );
  }
}

function read(where: string, name: string, version: string, problems: string[]): TemplateFile {
  const { text, fields, problems: found } = frontMatterOf(readFileSync(where, 'utf8'));
  problems.push(...found.map((problem) => `${where}: ${problem}`));
  return { name, version, text, ...fields, where };
}

/** With its partials, and checked. */
function completed(
  file: TemplateFile,
  files: ReadonlyMap<string, readonly TemplateFile[]>,
  problems: string[],
): PromptTemplate {
  const { name, version, where, variables, model } = file;
  const own: string[] = [];
  const find = (partial: string, asked: string | undefined) => {
    const versions = files.get(partial);
    return (asked === undefined ? versions?.at(-1) : versions?.find((each) => each.version === asked))?.text;
  };
  const filled = (text: string) => withPartials(text, find, own, [name, `${name}@${version}`]);
  const text = filled(file.text);
  const system = file.system === undefined ? undefined : filled(file.system);
  const messages = (file.messages ?? []).map((message) => ({ ...message, content: filled(message.content) }));
  const texts = [text, ...(system === undefined ? [] : [system]), ...messages.map(({ content }) => content)];
  own.push(...texts.flatMap(checkPlaceholders), ...undeclared(texts, variables));
  problems.push(...own.map((problem) => `${where}: ${problem}`));
  const content = {
    text,
    messages,
    ...(system === undefined ? {} : { system }),
    ...(model === undefined ? {} : { model }),
    ...(variables === undefined ? {} : { variables }),
  };
  return { name, version, ...content, hash: hashOf(content), where };
}

function byVersion(a: TemplateFile, b: TemplateFile): number {
  return a.version.localeCompare(b.version, 'en', { numeric: true });
}

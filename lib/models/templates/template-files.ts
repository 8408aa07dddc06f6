import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidOptionsError } from '../../errors/index.js';
import { frontMatterOf } from './template-front-matter.js';
import { checkPlaceholders } from './template-text.js';

/** A prompt as it is in its file. */
export interface PromptTemplate {
  readonly name: string;
  /** `'1'` where the file name tells none. */
  readonly version: string;
  readonly text: string;
  readonly system?: string | undefined;
  /** Alias or model. */
  readonly model?: string | undefined;
  /** Path of the file, for messages. */
  readonly where: string;
}

/** `triage.md`, `triage.v2.md`, `triage@2.txt`. */
const fileName = /^(?<name>.+?)(?:(?:\.v|@)(?<version>\d+(?:\.\d+)*))?\.(?:md|txt)$/;

/**
 * Every template of a folder and the folders in it, by name (`support/triage`), oldest version first.
 * @throws {InvalidOptionsError} listing every problem.
 */
export function loadTemplates(directory: string): Map<string, PromptTemplate[]> {
  const problems: string[] = [];
  const templates = new Map<string, PromptTemplate[]>();
  for (const path of filesIn(directory)) {
    const parts = fileName.exec(path)?.groups;
    if (!parts) continue;
    const { name = '', version = '1' } = parts;
    const template = read(join(directory, path), name, version, problems);
    const versions = templates.get(name) ?? [];
    const twin = versions.find((each) => each.version === version);
    if (twin) problems.push(`${twin.where} and ${template.where} are both version ${version} of '${name}'`);
    templates.set(name, [...versions, template].toSorted(byVersion));
  }
  if (problems.length === 0) return templates;
  throw new InvalidOptionsError(`The templates have problems:\n- ${problems.join('\n- ')}`, {
    details: { problems },
  });
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

function read(where: string, name: string, version: string, problems: string[]): PromptTemplate {
  const { text, fields, problems: found } = frontMatterOf(readFileSync(where, 'utf8'));
  const parts = [text, ...(fields.system === undefined ? [] : [fields.system])];
  problems.push(...[...found, ...parts.flatMap(checkPlaceholders)].map((problem) => `${where}: ${problem}`));
  return { name, version, text, ...fields, where };
}

function byVersion(a: PromptTemplate, b: PromptTemplate): number {
  return a.version.localeCompare(b.version, 'en', { numeric: true });
}

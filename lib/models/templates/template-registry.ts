import { Injectable } from '@nestjs/common';
import { suggestion } from '../../text/index.js';
import { InputValidationError } from '../../errors/index.js';
import { loadTemplates, type PromptTemplate } from './template-files.js';
import { fillIn } from './template-text.js';
import type { TemplatesOptions } from '../models-options.js';

/** A template with its variables filled in. */
export interface RenderedTemplate {
  readonly name: string;
  readonly version: string;
  readonly text: string;
  readonly system: string | undefined;
  /** Alias or model that the template asks for. */
  readonly model: string | undefined;
}

/** The prompts of the application: files with `{{variable.path}}`, by name and version. */
@Injectable()
export class TemplateRegistry {
  private loaded: ReadonlyMap<string, readonly PromptTemplate[]> | undefined;

  constructor(private readonly options?: TemplatesOptions) {}

  /** So that a broken template ends the boot, not a run. */
  onModuleInit(): void {
    this.versions();
  }

  /**
   * The template as it is in its file; without `version` the newest.
   * @throws {InputValidationError} if there is none of that name and version.
   */
  get(name: string, version?: string): PromptTemplate {
    const versions = this.versions().get(name);
    if (!versions) throw unknown(name, [...this.versions().keys()], this.options?.directory);
    const found = version === undefined ? versions.at(-1) : versions.find((each) => each.version === version);
    if (found) return found;
    throw new InputValidationError(
      `The template '${name}' has no version '${version}'; it has ${versions.map((each) => `'${each.version}'`).join(', ')}.`,
      { details: { template: name, version } },
    );
  }

  /**
   * The text with every `{{variable.path}}` filled in.
   * @throws {InputValidationError} if a variable is missing.
   */
  render(name: string, variables: Readonly<Record<string, unknown>> = {}, version?: string): string {
    const template = this.get(name, version);
    return fillIn(template.text, variables, template.where);
  }

  /** Like `render`, with the system text filled in too, and the model that the template asks for. */
  resolve(
    name: string,
    variables: Readonly<Record<string, unknown>> = {},
    version?: string,
  ): RenderedTemplate {
    const template = this.get(name, version);
    return {
      name,
      version: template.version,
      text: fillIn(template.text, variables, template.where),
      system: template.system === undefined ? undefined : fillIn(template.system, variables, template.where),
      model: template.model,
    };
  }

  private versions(): ReadonlyMap<string, readonly PromptTemplate[]> {
    this.loaded ??= this.options
      ? loadTemplates(this.options.directory)
      : new Map<string, PromptTemplate[]>();
    return this.loaded;
  }
}

function unknown(
  name: string,
  known: readonly string[],
  directory: string | undefined,
): InputValidationError {
  const where =
    directory === undefined
      ? `No template folder is configured: set 'templates.directory' in the module options.`
      : known.length === 0
        ? `The folder '${directory}' holds no template.`
        : `The folder '${directory}' has: ${known.join(', ')}.`;
  return new InputValidationError(`There is no template '${name}'.${suggestion(name, known)} ${where}`, {
    details: { template: name },
  });
}

import { Injectable } from '@nestjs/common';
import { InputValidationError, InvalidOptionsError } from '../../errors/index.js';
import { currentScope } from '../../scope/index.js';
import { suggestion } from '../../text/index.js';
import { jsonSchemaOf, newId } from '../../values/index.js';
import type { TemplatesOptions } from '../models-options.js';
import type { PinnedVersions } from './pins/pinned-versions.js';
import type { PromptPinChange } from './pins/prompt-pins.js';
import type { PromptTemplate, TemplateMessage } from './prompt-template.js';
import { loadTemplates } from './template-files.js';
import { fillIn } from './template-text.js';
import { checkVariables } from './template-variables.js';
import { chosenVersion } from './version-choice.js';
import { versionProblems } from './version-problems.js';

/** A template with its variables filled in. */
export interface RenderedTemplate {
  readonly name: string;
  readonly version: string;
  /** Of the template as it is in its files. */
  readonly hash: string;
  readonly text: string;
  readonly system: string | undefined;
  /** In front of the text. */
  readonly messages: readonly TemplateMessage[];
  /** Alias or model that the template asks for. */
  readonly model: string | undefined;
}

/** Most changes of pins that are listed at once. */
const mostChanges = 500;

/** The prompts of the application: files with `{{variable.path}}`, by name and version. */
@Injectable()
export class TemplateRegistry {
  private loaded: ReadonlyMap<string, readonly PromptTemplate[]> | undefined;

  constructor(
    private readonly options?: TemplatesOptions,
    private readonly pinned?: PinnedVersions,
  ) {}

  /** So that a broken template ends the boot, not a run. */
  onModuleInit(): void {
    this.versions();
  }

  /**
   * The template as it is in its files. Without `version` the one that is pinned, else that of the run where versions are split, else the
   * newest.
   * @throws {InputValidationError} if there is none of that name and version.
   */
  get(name: string, version?: string): PromptTemplate {
    const versions = this.versionsOf(name);
    const chosen = this.chosen(name, versions, version);
    const found = versions.find((each) => each.version === chosen);
    if (found) return found;
    throw new InputValidationError(
      `The template '${name}' has no version '${chosen}'; it has ${versions.map((each) => `'${each.version}'`).join(', ')}.`,
      { details: { template: name, version: chosen } },
    );
  }

  /** @internal The oldest first. @throws {InputValidationError} if there is none of that name */
  versionsOf(name: string): readonly PromptTemplate[] {
    const versions = this.versions().get(name);
    if (!versions) throw unknown(name, [...this.versions().keys()], this.options?.directory);
    return versions;
  }

  /**
   * The text with every `{{variable.path}}` filled in.
   * @throws {InputValidationError} if a variable is missing, or does not fit what the template declares.
   */
  render(name: string, variables: Readonly<Record<string, unknown>> = {}, version?: string): string {
    const template = this.get(name, version);
    checkVariables(template, variables);
    return fillIn(template.text, variables, template.where);
  }

  /** Like `render`, with the system text and the messages filled in too, and the model that the template asks for. */
  resolve(
    name: string,
    variables: Readonly<Record<string, unknown>> = {},
    version?: string,
  ): RenderedTemplate {
    const template = this.get(name, version);
    checkVariables(template, variables);
    const filled = (text: string) => fillIn(text, variables, template.where);
    return {
      name,
      version: template.version,
      hash: template.hash,
      text: filled(template.text),
      system: template.system === undefined ? undefined : filled(template.system),
      messages: template.messages.map(({ role, content }) => ({ role, content: filled(content) })),
      model: template.model,
    };
  }

  /**
   * Lets every request that names no version have this one, from now on in this process, and within a second in all others; `undefined`
   * takes the pin away. On record, with who has done it.
   * @throws {InputValidationError} if there is no such version
   * @throws {AccessDeniedError} without `prompt.pin`, or of a tenant: prompts are the same for all
   * @example
   * await this.templates.pin('triage', '2', { reason: 'version 3 misses refunds' });
   */
  async pin(
    name: string,
    version: string | undefined,
    { reason }: { readonly reason?: string } = {},
  ): Promise<void> {
    if (version === undefined) this.versionsOf(name);
    else this.get(name, version);
    await this.pins().pin(name, version, reason);
  }

  /** What was pinned, the newest first. @param options `limit`: at most 500, @default 50 @throws {AccessDeniedError} without `prompt.pin` */
  async pinChanges({ limit = 50 }: { readonly limit?: number } = {}): Promise<readonly PromptPinChange[]> {
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > mostChanges)
      throw new InputValidationError(`limit has to be a whole number from 1 to ${mostChanges}.`);
    return this.pins().changes(limit);
  }

  /** @internal Reads what other processes have pinned. Never rejects. */
  async refresh(): Promise<void> {
    if (this.versions().size > 0) await this.pinned?.refresh();
  }

  private chosen(name: string, versions: readonly PromptTemplate[], asked: string | undefined): string {
    const pinned = this.pinned?.of(name);
    return chosenVersion(
      {
        asked,
        // Another release of the application may have pinned what this one does not have.
        pinned: versions.some(({ version }) => version === pinned) ? pinned : undefined,
        configured: this.options?.pin?.[name],
        split: this.options?.split?.[name],
        newest: versions.at(-1)?.version ?? '1',
      },
      name,
      currentScope()?.runId ?? newId(),
    );
  }

  private pins(): PinnedVersions {
    if (this.pinned) return this.pinned;
    throw new InvalidOptionsError(
      'This registry of templates stands by itself: only that of the module can pin versions.',
    );
  }

  private versions(): ReadonlyMap<string, readonly PromptTemplate[]> {
    this.loaded ??= this.options ? load(this.options) : new Map<string, PromptTemplate[]>();
    return this.loaded;
  }
}

/** @throws {InvalidOptionsError} */
function load(options: TemplatesOptions): ReadonlyMap<string, readonly PromptTemplate[]> {
  const declared = Object.entries(options.variables ?? {}).map(
    ([name, schema]) => [name, jsonSchemaOf(schema)] as const,
  );
  const templates = loadTemplates(options.directory, Object.fromEntries(declared));
  const problems = versionProblems(options, templates);
  if (problems.length === 0) return templates;
  throw new InvalidOptionsError(`The options of the templates have problems:\n- ${problems.join('\n- ')}`, {
    details: { problems },
  });
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

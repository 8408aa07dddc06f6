import { Injectable } from '@nestjs/common';
import { suggestion } from '../discovery/index.js';
import { InputValidationError } from '../errors/index.js';
import { AdHocRuns } from '../scope/index.js';
import type { RegisteredTool } from './registered-tool.js';
import { ToolSource } from './tool-source.js';
import { ToolSet } from './tool-set.js';

/** A provider class, for all of its tools, or the name of one tool. */
export type ToolSelection = string | (abstract new (...args: never[]) => unknown);

/** Every `@Tool` of the application. */
@Injectable()
export class ToolRegistry {
  constructor(
    private readonly source: ToolSource,
    private readonly adHoc: AdHocRuns,
  ) {}

  list(): readonly RegisteredTool[] {
    return this.source.all();
  }

  /** @throws {InputValidationError} if there is none of that name. */
  get(name: string): RegisteredTool {
    const tool = this.list().find(({ definition }) => definition.name === name);
    if (tool) return tool;
    const known = this.list().map(({ definition }) => definition.name);
    throw new InputValidationError(
      `There is no tool '${name}'.${suggestion(name, known)} Tools are @Tool methods of providers; there are: ${known.join(', ') || 'none'}.`,
      { details: { tool: name } },
    );
  }

  /**
   * The tools that a model may use in one conversation, each once.
   * @throws {InputValidationError} if a name is unknown or a class has no tools.
   */
  toolSet(selection: readonly ToolSelection[]): ToolSet {
    const tools = selection.flatMap((each) => (typeof each === 'string' ? [this.get(each)] : this.of(each)));
    return new ToolSet([...new Set(tools)], this.adHoc);
  }

  private of(provider: Exclude<ToolSelection, string>): readonly RegisteredTool[] {
    const tools = this.list().filter((tool) => tool.provider === provider);
    if (tools.length > 0) return tools;
    throw new InputValidationError(
      `${provider.name} has no tools: decorate methods of it with @Tool, and list it among the providers of a module.`,
      { details: { provider: provider.name } },
    );
  }
}

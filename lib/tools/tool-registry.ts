import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { suggestion } from '../text/index.js';
import { InputValidationError } from '../errors/index.js';
import { isPromise } from '../gate/index.js';
import { AdHocRuns } from '../scope/index.js';
import { ignoreRejection } from '../values/index.js';
import { GivenTools, type Provided } from './given-tools.js';
import type { RegisteredTool } from './registered-tool.js';
import { TOOL_SOURCES, type ToolSource } from './tool-source.js';
import { ToolSet } from './tool-set.js';

/** A provider class, for all of its tools; an agent; the name of one tool; or what a function such as `askUser()` gives. */
export type ToolSelection = string | (abstract new (...args: never[]) => unknown) | GivenTools;

/** The agent that tools are asked for. */
export interface ToolOwner {
  readonly name: string;
  readonly type: unknown;
}

type Tools = readonly RegisteredTool[];

/** Every tool, of all sources. Only for what the sources at hand do not have, those that take time are asked. */
@Injectable()
export class ToolRegistry {
  private readonly provided: Provided;

  constructor(
    @Inject(TOOL_SOURCES) private readonly sources: readonly ToolSource[],
    @Inject(AdHocRuns) private readonly adHoc: AdHocRuns,
    @Inject(ModuleRef) modules: Pick<ModuleRef, 'get'>,
  ) {
    this.provided = (token) => modules.get(token, { strict: false });
  }

  /** Of two tools of one name, that of the earlier source is listed. */
  async list(): Promise<Tools> {
    const all = (await Promise.all(this.sources.map((source) => source.tools()))).flat();
    const first = new Map<string, RegisteredTool>();
    for (const tool of all) if (!first.has(tool.definition.name)) first.set(tool.definition.name, tool);
    return [...first.values()];
  }

  /** At once, unless a source has to be asked. @throws {InputValidationError} if there is none of that name */
  get(name: string): RegisteredTool | Promise<RegisteredTool> {
    return this.among((tools, isAll) => {
      const tool = tools.find(({ definition }) => definition.name === name);
      if (!tool && isAll) throw unknownTool(name, tools);
      return tool;
    });
  }

  /**
   * The tools that a model may use in one conversation, each once. At once, unless a source has to be asked.
   * @param owner the agent that has the conversation: its own tools are offered by their short names, and to no other
   * @throws {InputValidationError} if a name is unknown or a class has no tools.
   */
  toolSet(selection: readonly ToolSelection[], owner?: ToolOwner): ToolSet | Promise<ToolSet> {
    return this.among((tools, isAll) => {
      const own = owner ? tools.filter((tool) => tool.owner === owner.type) : [];
      const open = tools.filter((tool) => tool.owner === undefined);
      const selected = selection.map((each) => selectedOf(each, open, this.provided));
      const missing = selection.find((_, index) => selected[index]?.length === 0);
      if (missing === undefined)
        return new ToolSet([...new Set([...own, ...selected.flat()])], this.adHoc, owner && `${owner.name}.`);
      if (!isAll) return undefined;
      throw typeof missing === 'function' ? toolless(missing) : unknownTool(String(missing), tools);
    });
  }

  /** What is found among the tools at hand, else among those of all sources. */
  private among<Found>(find: (tools: Tools, isAll: boolean) => Found | undefined): Found | Promise<Found> {
    const lists = this.sources.map((source) => source.tools());
    const atHand = lists.filter((list): list is Tools => !isPromise(list)).flat();
    const isAll = lists.every((list) => !isPromise(list));
    const found = find(atHand, isAll);
    if (found !== undefined) {
      // Nobody waits for what they would have answered.
      for (const list of lists) ignoreRejection(list);
      return found;
    }
    return Promise.all(lists).then((all) => {
      const late = find(all.flat(), true);
      if (late === undefined) throw new Error('a search among all tools either finds or throws');
      return late;
    });
  }
}

function selectedOf(selection: ToolSelection, tools: Tools, provided: Provided): Tools {
  if (selection instanceof GivenTools) return selection.boundTo(provided);
  if (typeof selection !== 'string') return tools.filter(({ provider }) => provider === selection);
  return tools.filter(({ definition }) => definition.name === selection).slice(0, 1);
}

function unknownTool(name: string, tools: Tools): InputValidationError {
  const known = tools.map(({ definition }) => definition.name);
  return new InputValidationError(
    `There is no tool '${name}'.${suggestion(name, known)} Tools are @Tool methods of providers; there are: ${known.join(', ') || 'none'}.`,
    { details: { tool: name } },
  );
}

function toolless({ name }: { readonly name: string }): InputValidationError {
  return new InputValidationError(
    `${name} has no tools: decorate methods of it with @Tool, and list it among the providers of a module.`,
    { details: { provider: name } },
  );
}

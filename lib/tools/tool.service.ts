import { Injectable } from '@nestjs/common';
import { isPromise } from '../gate/index.js';
import { AdHocRuns, type Effect } from '../scope/index.js';
import { ignoreRejection, type JsonValue, toJson } from '../values/index.js';
import { objectSchemaOf } from './object-schema.js';
import { passGate } from './pass-gate.js';
import { callOf, type RegisteredTool } from './registered-tool.js';
import { ToolRegistry } from './tool-registry.js';

/** A tool, for people and user interfaces. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  readonly tags: readonly string[];
  /** Where it comes from: `application`. */
  readonly origin: string;
  /** JSON Schema; absent for a tool without a described parameter. */
  readonly input?: JsonValue;
}

/** Calls tools by name, always through the gate: where the code doesn't know which tool, or stands outside the run's context. */
@Injectable()
export class ToolService {
  constructor(
    private readonly tools: ToolRegistry,
    private readonly adHoc: AdHocRuns,
  ) {}

  async list(): Promise<ToolDescription[]> {
    const tools = await this.tools.list();
    return tools.map(({ origin, definition: { name, description, effect, tags, input } }) => ({
      name,
      description,
      effect,
      tags,
      origin,
      ...(input ? { input: objectSchemaOf(input).json } : {}),
    }));
  }

  /**
   * @throws {InputValidationError} if there is no such tool (naming the nearest), or the arguments don't fit.
   * @throws what the gate refuses the call with, or the tool throws.
   */
  call(name: string, args?: unknown): Promise<unknown> {
    return ignoreRejection(this.find(name, args));
  }

  private async find(name: string, args: unknown): Promise<unknown> {
    const found = this.tools.get(name);
    // The arguments are those of this moment, also where the tool has to be asked for first.
    const taken = isPromise(found) ? toJson(args, `the arguments of tool ${name}`) : args;
    return this.perform(isPromise(found) ? await found : found, taken);
  }

  private perform(tool: RegisteredTool, args: unknown): Promise<unknown> {
    return passGate(callOf(tool, args), this.adHoc);
  }
}

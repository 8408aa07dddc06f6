import { Injectable } from '@nestjs/common';
import { toolCall } from '../decorators/index.js';
import { ignoreUnhandledRejection } from '../gate/index.js';
import { AdHocRuns, type Effect } from '../scope/index.js';
import type { JsonValue } from '../values/index.js';
import { objectSchemaOf } from './object-schema.js';
import { passGate } from './pass-gate.js';
import { ToolRegistry } from './tool-registry.js';

/** A tool, for people and user interfaces. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  readonly tags: readonly string[];
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

  list(): ToolDescription[] {
    return this.tools.list().map(({ definition: { name, description, effect, tags, input } }) => ({
      name,
      description,
      effect,
      tags,
      ...(input ? { input: objectSchemaOf(input).json } : {}),
    }));
  }

  /**
   * @throws {InputValidationError} if there is no such tool (naming the nearest), or the arguments don't fit.
   * @throws what the gate refuses the call with, or the tool throws.
   */
  call(name: string, args?: unknown): Promise<unknown> {
    return ignoreUnhandledRejection(this.perform(name, args));
  }

  private async perform(name: string, args: unknown): Promise<unknown> {
    const tool = this.tools.get(name);
    const call = toolCall(tool.definition, (input, context) => tool.invoke(input, context), args);
    return passGate(call, this.adHoc);
  }
}

import { currentScope, type PerformContext, type ToolContext } from '../../scope/index.js';
import type { JsonValue } from '../../values/index.js';
import { MetadataAccessor } from '../metadata-accessor.js';

/** Which parameter of a tool's method is marked with `@ToolCtx()`; undefined where none is. */
export function contextIndexOf(prototype: object, method: string): number | undefined {
  // Of the method itself: an override has parameters of its own.
  const owner = MetadataAccessor.ownerOf(prototype, method) ?? prototype;
  return MetadataAccessor.ofOwnMethod(owner, method, 'nestjs-nestor:tool-context');
}

/** Which parameter of it is the input. */
export function inputIndexOf(prototype: object, method: string): number {
  return contextIndexOf(prototype, method) === 0 ? 1 : 0;
}

/** What a tool's method is called with: its input, and its context where it asks for that. */
export function toolArguments(
  prototype: object,
  method: string,
  input: unknown,
  context: PerformContext,
): unknown[] {
  const index = contextIndexOf(prototype, method);
  if (index === undefined) return [input];
  const known = contextOf(context);
  return index === 0 ? [known, input] : [input, known];
}

function contextOf(context: PerformContext): ToolContext {
  const scope = currentScope();
  return Object.freeze({
    runId: context.runId,
    workflow: scope?.workflow ?? '',
    step: scope?.step ?? '',
    agent: scope?.agent,
    principal: scope?.principal,
    signal: context.signal,
    idempotencyKey: context.idempotencyKey,
    heartbeat: () => context.heartbeat(),
    progress: (value: JsonValue) => context.progress(value),
  });
}

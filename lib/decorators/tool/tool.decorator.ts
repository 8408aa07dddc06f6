import { currentScope, type PerformContext } from '../../scope/index.js';
import type { UserMethod } from '../metadata.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import { toolDefinitionOf } from './define-tool.js';
import { disguise } from './disguise.js';
import { keepToolBody } from './tool-bodies.js';
import { inputIndexOf, toolArguments } from './tool-arguments.js';
import { toolCall } from './tool-call.js';
import type { ToolOptions } from './tool.options.js';

/** `K` where the method returns a promise; else the text of the error. */
export type ToolMethod<T, K extends keyof T> = T[K] extends (...args: never[]) => Promise<unknown>
  ? K
  : `a @Tool method returns a promise: make '${K & string}' async`;

/**
 * Makes a method of any provider a tool. Called from inside a run it passes the gate, by whatever way it is
 * reached; outside a run it is the plain method.
 *
 * @example
 * ```ts
 * @Tool({ description: 'Opens a case for a customer', effect: 'irreversible' })
 * async open(input: OpenCaseDto): Promise<Case> { … }
 * ```
 */
export function Tool<T extends object, const K extends keyof T>(
  options: ToolOptions,
): (target: T, key: ToolMethod<T, K>, descriptor: PropertyDescriptor) => void {
  return (target, key, descriptor) => {
    // Where the types fit, `key` is the method's name and the descriptor holds the method.
    const name = key as string;
    const raw = descriptor.value as UserMethod;
    MetadataAccessor.setMethod(target, name, 'nestjs-nestor:tool', { options });
    keepToolBody(target, name, raw);
    descriptor.value = gated(raw, target, name);
  };
}

/** The method as the world sees it: inside a run a call to the gate, outside the plain method. */
function gated(raw: UserMethod, prototype: object, name: string): UserMethod {
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const scope = currentScope();
    if (!scope) return raw.apply(this, args);
    // Asked for only now: decorators above `@Tool`, such as `@HumanReview`, have not run when this is made.
    const definition = toolDefinitionOf(prototype, name, holderOf(this) ?? prototype);
    // Set in the same breath as this wrapper; without it nothing may slip past the gate.
    if (!definition) throw new Error(`${raw.name} has lost its @Tool metadata`);
    const invoke = async (input: unknown, context: PerformContext) =>
      raw.apply(this, toolArguments(prototype, name, input, context));
    return scope.call(toolCall(definition, invoke, args[inputIndexOf(prototype, name)]));
  };
  return disguise(wrapper, raw);
}

/** The prototype of the class that an object is of. */
function holderOf(instance: unknown): object | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  return Reflect.getPrototypeOf(instance) ?? undefined;
}

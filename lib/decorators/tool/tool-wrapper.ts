import { currentScope } from '../../scope/index.js';
import { toolDefinitionOf } from './define-tool.js';
import { disguise } from './disguise.js';
import type { UserMethod } from '../metadata.js';
import { toolCall } from './tool-call.js';

/** The method as the world sees it: inside a run a call to the gate, outside the plain method. */
export function gated(raw: UserMethod, prototype: object, name: string): UserMethod {
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const scope = currentScope();
    if (!scope) return raw.apply(this, args);
    // Asked for only now: decorators above `@Tool`, such as `@HumanReview`, have not run when this is made.
    const definition = toolDefinitionOf(prototype, name);
    // Set in the same breath as this wrapper; without it nothing may slip past the gate.
    if (!definition) throw new Error(`${raw.name} has lost its @Tool metadata`);
    return scope.call(toolCall(definition, async (input) => raw.call(this, input), args[0]));
  };
  return disguise(wrapper, raw);
}

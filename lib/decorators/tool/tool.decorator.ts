import type { UserMethod } from '../metadata.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { ToolOptions } from './tool.options.js';
import { keepToolBody } from './tool-bodies.js';
import { gated } from './tool-wrapper.js';

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

import type { UserMethod, WrittenStep } from '../metadata.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { StepOptions } from './step.options.js';
import type { StepNames } from './step-types.js';
import { onlyAsStep } from './step-wrapper.js';

/**
 * Makes a public method a step of its workflow. Its name is the method's; what it waits for is named by
 * `@From` on its parameters and by `after`. Inside a run only the engine calls it: from the body of another step the
 * call is refused (`NonRetryableError`). Outside a run, in a unit test, it is the plain method.
 *
 * @example
 * ```ts
 * @Step({ retry: { attempts: 5 }, timeout: '10s' })
 * search(@From('classify') topic: Topic) { return this.articles.search(topic); }
 * ```
 */
export function Step<T extends object, K extends keyof T, I = unknown, S extends StepNames<T> = StepNames<T>>(
  options?: StepOptions<T, I, K, S>,
): (target: T, key: K, descriptor: PropertyDescriptor) => void {
  return (target, key, descriptor) => {
    // From here on the class is any class: the compiler has checked the names and the functions against it.
    const written = (options ?? {}) as unknown as WrittenStep;
    MetadataAccessor.setMethod(target, key as string, 'nestjs-nestor:step', written);
    const code: unknown = descriptor.value;
    // Whatever is a function there is called with whatever arguments. Without types the decorator may be on something other than a method.
    if (typeof code === 'function') descriptor.value = onlyAsStep(code as UserMethod, target, key as string);
  };
}

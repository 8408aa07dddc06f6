import type { WrittenStep } from './metadata.js';
import { MetadataAccessor } from './metadata-accessor.js';
import type { StepOptions } from './step.options.js';

/**
 * Makes a public method a step of its workflow. Its name is the method's; what it waits for is named by
 * `@From` on its parameters and by `after`.
 *
 * @example
 * ```ts
 * @Step({ retry: { attempts: 5 }, timeout: '10s' })
 * search(@From('classify') topic: Topic) { return this.articles.search(topic); }
 * ```
 */
export function Step<T extends object, K extends keyof T, I = unknown>(
  options?: StepOptions<T, I>,
): (target: T, key: K, descriptor: PropertyDescriptor) => void {
  return (target, key) => {
    // From here on the class is any class: the compiler has checked the names and the functions against it.
    const written = (options ?? {}) as unknown as WrittenStep;
    MetadataAccessor.setMethod(target, key as string, 'nestjs-nestor:step', written);
  };
}

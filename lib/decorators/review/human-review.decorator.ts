import type { WrittenReview } from '../metadata.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { ReviewOptions } from './review.options.js';

/**
 * Puts a step's output, or a tool's call, before a person.
 *
 * @example
 * ```ts
 * @Step()
 * @HumanReview({ when: ({ output }) => output.confidence < 0.8, roles: ['support-lead'], timeout: '2d' })
 * draft(@From('search') articles: Article[]): Promise<Draft> { … }
 * ```
 */
export function HumanReview<T extends object, K extends keyof T, I = unknown>(
  options?: ReviewOptions<T, K, I>,
): (target: T, key: K, descriptor: PropertyDescriptor) => void {
  return (target, key) => {
    // From here on the class is any class: the compiler has checked names and functions against it.
    const written = (options ?? {}) as unknown as WrittenReview;
    MetadataAccessor.setMethod(target, key as string, 'nestjs-nestor:review', written);
  };
}

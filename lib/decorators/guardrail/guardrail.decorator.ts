import type { GuardrailOptions } from './guardrail.options.js';
import type { GuardrailSubject } from './guardrail-subject.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { Verdict } from './verdict.js';

/** `K` where the method takes a subject and returns a verdict; else the text of the error. */
export type GuardrailMethod<T, K extends keyof T> = T[K] extends (
  subject: GuardrailSubject<never>,
) => Verdict | Promise<Verdict>
  ? K
  : `'${K & string}' is not a guardrail: it takes a GuardrailSubject and returns a Verdict, e.g. allow()`;

/**
 * Makes a method of any provider a guardrail.
 *
 * @example
 * ```ts
 * @Guardrail({ at: 'model.request' })
 * noSecrets(subject: GuardrailSubject) {
 *   return /sk-[a-z0-9]{20}/.test(JSON.stringify(subject.value)) ? block('looks like a key') : allow();
 * }
 * ```
 */
export function Guardrail<T extends object, const K extends keyof T>(
  options: GuardrailOptions,
): (target: T, key: GuardrailMethod<T, K>, descriptor: PropertyDescriptor) => void {
  return (target, key) =>
    MetadataAccessor.setMethod(target, key as string, 'nestjs-nestor:guardrail', options);
}

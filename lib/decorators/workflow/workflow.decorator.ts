import type { WrittenWorkflow } from '../metadata.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { WorkflowOptions } from './workflow.options.js';

/**
 * Makes a provider a workflow: its `@Step` methods run as durable, audited steps.
 * It is listed in `providers` of any module, nothing else.
 *
 * @example
 * ```ts
 * @Workflow({ timeout: '15m', budget: { usd: 0.5 }, result: 'send' })
 * export class SupportTicketWorkflow { … }
 * ```
 */
export function Workflow<T extends object>(
  options?: WorkflowOptions<T>,
): (target: abstract new (...args: never[]) => T) => void {
  return (target) => {
    // From here on the class is any class: the compiler has checked the name of `result` against it.
    const written = (options ?? {}) as unknown as WrittenWorkflow;
    MetadataAccessor.setClass(target, 'nestjs-nestor:workflow', written);
  };
}

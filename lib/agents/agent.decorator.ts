import { MetadataAccessor, nameOfClass } from '../decorators/index.js';
import type { AgentClass, AgentOptions } from './agent.options.js';

/**
 * Makes a provider an agent: a model chooses its next step, within its tools, its limits and its reviews. It is run in a step
 * by `AgentService`, or as a run of its own by the orchestrator.
 *
 * @example
 * ```ts
 * @Agent({ instructions: 'You answer billing questions.', tools: () => [InvoiceTools], stopWhen: maxTurns(8) })
 * export class BillingAgent { static readonly output = Resolution; }
 * ```
 */
export function Agent<C extends AgentClass>(options: AgentOptions<C>): (target: C) => void {
  return (target) => {
    const { name, version, description, timeout, budget, rateLimit, access, concurrency } = options;
    MetadataAccessor.setClass(target, 'nestjs-nestor:workflow', {
      name: name ?? nameOfClass(target.name, 'Agent'),
      version,
      description,
      timeout,
      budget,
      rateLimit,
      access,
      concurrency,
      onChange: 'continue',
    });
    MetadataAccessor.setClass(target, 'nestjs-nestor:agent', options);
  };
}

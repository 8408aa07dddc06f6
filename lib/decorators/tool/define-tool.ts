import { defaultAttempts, defaultOnInDoubt, millisecondsOr, retryPolicy } from '../defaults.js';
import { confirmationTime, defineReview } from '../review/define-review.js';
import { clientAnswers } from './client-answers.js';
import { ratePolicies } from '../rate-limit-rule.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import { inputIndexOf } from './tool-arguments.js';
import { workflowNameOf } from '../workflow/workflow-name.js';
import type { ToolDefinition } from './tool-definition.js';

const defaultTimeout = 60_000;

/** By the prototype that declares the tool, and the prefix of its name: all instances share one definition. */
const known = new WeakMap<object, Map<string, ToolDefinition>>();

/**
 * The definition of a `@Tool` method, also of one that a base class declares; undefined for any other method.
 * @param holder prototype of the class that has it: where that is an agent, the tool is its own
 */
export function toolDefinitionOf(
  prototype: object,
  method: string,
  holder: object = prototype,
): ToolDefinition | undefined {
  const owner = MetadataAccessor.ownerOf(prototype, method) ?? prototype;
  const prefix = prefixOf(holder);
  const id = `${prefix}${method}`;
  const made = known.get(owner)?.get(id);
  if (made) return made;
  const definition = defineTool(owner, method, prefix);
  if (definition)
    known.set(owner, (known.get(owner) ?? new Map<string, ToolDefinition>()).set(id, definition));
  return definition;
}

function defineTool(prototype: object, method: string, prefix: string): ToolDefinition | undefined {
  const metadata = MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:tool');
  if (!metadata) return undefined;
  const { options } = metadata;
  const isByClient = options.performedBy === 'client';
  const effect = isByClient ? 'none' : (options.effect ?? 'irreversible');
  return {
    name: `${prefix}${options.name ?? method}`,
    description: options.description,
    input:
      options.input ?? MetadataAccessor.parameterSchema(prototype, method, inputIndexOf(prototype, method)),
    output: options.output,
    effect,
    onInDoubt: options.onInDoubt ?? defaultOnInDoubt(effect),
    repeatable: effect !== 'irreversible' || options.repeatable === true,
    retry: retryPolicy(effect === 'irreversible' ? 1 : defaultAttempts, options.retry),
    access: options.access,
    rateLimits: ratePolicies(options.rateLimit),
    tags: options.tags ?? [],
    ...(isByClient
      ? clientAnswers({ timeout: millisecondsOr(options.timeout, confirmationTime), form: options.output })
      : {
          timeout: millisecondsOr(options.timeout, defaultTimeout),
          review: defineReview(
            MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:review'),
            'before',
          ),
        }),
    where: `${prototype.constructor.name}.${method}`,
  };
}

/** Tools of an agent's own are known under its name: `billing.findInvoice`. */
function prefixOf(prototype: object): string {
  const { constructor: type } = prototype;
  if (!MetadataAccessor.isAgent(type)) return '';
  return `${workflowNameOf(type) ?? ''}.`;
}

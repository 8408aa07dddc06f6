import { NonRetryableError } from '../../errors/index.js';
import { currentScope, type ExecutionScope } from '../../scope/index.js';
import { disguise } from '../tool/disguise.js';
import type { UserMethod } from '../metadata.js';

/**
 * The method as the world sees it: outside a run the plain method, inside one only for the engine, which has asked the
 * gate, and for `super` in an override of the same step.
 */
export function onlyAsStep(raw: UserMethod, prototype: object, name: string): UserMethod {
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const scope = currentScope();
    if (scope !== undefined && !isItsBody(scope, prototype, name)) throw refusal(scope, prototype, name);
    return raw.apply(this, args);
  };
  return disguise(wrapper, raw);
}

function isItsBody({ body }: ExecutionScope, prototype: object, name: string): boolean {
  return body?.method === name && Object.prototype.isPrototypeOf.call(prototype, body.host);
}

function refusal(scope: ExecutionScope, prototype: object, name: string): NonRetryableError {
  const step = `${prototype.constructor.name}.${name}`;
  return new NonRetryableError(
    `${step} is a step, and ${scope.workflow}.${scope.step} has called it as a method: it would run without its own reviews, retries and records. ` +
      `To hand its output on, take it with @From('${name}') or name it in after; to share code, move the code into a plain method or a provider that both call.`,
    { details: { called: step, by: `${scope.workflow}.${scope.step}`, runId: scope.runId } },
  );
}

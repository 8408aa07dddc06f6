import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from 'nestjs-nestor';

/** Who sent which request; written by `BearerGuard` only. */
export const principals = new WeakMap<object, Principal>();

/** The `principal` option of the `OrchestrationModule`: who is calling. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return context.getType() === 'http'
    ? principals.get(context.switchToHttp().getRequest<object>())
    : undefined;
}

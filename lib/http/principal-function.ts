import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../values/index.js';

/** The host's answer to who is calling; undefined for nobody. Guards have run before, so `request.user` is there. */
export type PrincipalFunction = (
  context: ExecutionContext,
) => Principal | undefined | Promise<Principal | undefined>;

/** Token of the module's `principal` option; may be bound to undefined. */
export const PRINCIPAL_FUNCTION = Symbol.for('nestjs-nestor.principal-function');

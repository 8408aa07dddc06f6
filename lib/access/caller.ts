import { type SystemCaller, systemActorId } from '../scope/index.js';
import type { Principal } from '../values/index.js';

/** Who acts: a principal, the host's own code by `asSystem`, or a host that names no principals at all. */
export type Caller =
  | {
      readonly kind: 'principal';
      readonly principal: Principal;
      /** Who acts in the name of `principal`; absent where it acts itself. */
      readonly impersonator?: Principal | SystemCaller | undefined;
    }
  | { readonly kind: 'system'; readonly system: SystemCaller }
  | { readonly kind: 'application' };

/** Undefined for the host's own code. */
export function principalOf(caller: Caller): Principal | undefined {
  return caller.kind === 'principal' ? caller.principal : undefined;
}

/** Of the principal, or of what the host's own code acts for; undefined for none. */
export function tenantOfCaller(caller: Caller): string | undefined {
  return caller.kind === 'system' ? caller.system.tenant : principalOf(caller)?.tenant;
}

/** Ids of the people by whom a caller acts. */
export function peopleOf(caller: Caller): readonly string[] {
  if (caller.kind !== 'principal') return [];
  const { principal, impersonator } = caller;
  return [principal.id, ...(impersonator && 'id' in impersonator ? [impersonator.id] : [])];
}

/** As the actor of records. Who acts in the name of somebody is who is told. */
export function actorOf(caller: Caller): {
  readonly kind: 'person' | 'system' | 'code';
  readonly id: string;
} {
  switch (caller.kind) {
    case 'application':
      return { kind: 'code', id: 'host' };
    case 'system':
      return { kind: 'system', id: systemActorId(caller.system) };
    case 'principal': {
      const { principal, impersonator } = caller;
      return impersonator && !('id' in impersonator)
        ? { kind: 'system', id: systemActorId(impersonator) }
        : { kind: 'person', id: impersonator?.id ?? principal.id };
    }
  }
}

/** For messages: `'ana' (roles: lead)`. */
export function callerInWords(principal: Principal | undefined): string {
  return principal
    ? `'${principal.id}' (roles: ${principal.roles.join(', ') || 'none'})`
    : 'nobody in particular (no principal)';
}

import type { AccessRule } from '../scope/index.js';
import type { Principal } from '../values/index.js';
import type { Operation } from './operations.js';

/** What is acted upon. */
export interface AccessResource {
  /** `run`, `workflow`, `step`, `tool`, `model`, `agent`, `review`, `conversation`, `knowledge`, `memory`, `prompt`, `cache`, `worker`, `killswitch`, `principal`. */
  readonly kind: string;
  /** Of a run or a review that of its workflow; of a conversation its id; of knowledge that of its base. Absent where many are meant. */
  readonly name?: string | undefined;
  readonly runId?: string | undefined;
  readonly tenant?: string | undefined;
  /** Id of the principal whose it is; absent where it is nobody's. */
  readonly owner?: string | undefined;
  /** Of a review: whether it asks the principal, by id or role, or everybody. */
  readonly isAsked?: boolean | undefined;
}

/** What somebody wants to do. */
export interface AccessRequest {
  readonly operation: Operation;
  /** Undefined for the host's own code. */
  readonly principal: Principal | undefined;
  readonly resource: AccessResource;
  /** As declared by `access`, where something is. */
  readonly rule?: AccessRule | undefined;
}

/** @deprecated What a policy of the former form is asked about. Use `AccessRequest`. */
export interface AccessSubject {
  /** `workflow`, `step`, `tool`, … */
  readonly kind: string;
  readonly name: string;
  readonly runId?: string | undefined;
}

/** What a policy lists without being asked about each: own runs, all of the tenant, or what it allows one by one. */
export type ListedRuns = 'own' | 'tenant' | 'asked';

/**
 * Decides who may do what; an error inside denies. Hosts extend it, or `RoleAccessPolicy`, for rules of their own. Whatever it
 * answers, nobody reaches what belongs to another tenant.
 */
export abstract class AccessPolicy {
  /**
   * A subclass takes one parameter, an `AccessRequest`. A boolean is not waited for.
   * @param rule @deprecated A method that takes `(principal, rule, subject)` is asked in that form, only where a rule is declared;
   * all else is decided as `RoleAccessPolicy` does.
   */
  abstract allows(
    request: AccessRequest | Principal | undefined,
    rule?: AccessRule,
    subject?: AccessSubject,
  ): boolean | Promise<boolean>;

  /** Whether a principal without a tenant may do it in all tenants. @default no */
  crossesTenants(_principal: Principal, _operation: Operation): boolean {
    return false;
  }

  /** What a list shows to a principal. @default what `allows` allows, asked about one after the other */
  lists(_principal: Principal, _operation: Operation): ListedRuns {
    return 'asked';
  }
}

export function isRoles(rule: AccessRule): rule is readonly string[] {
  return Array.isArray(rule);
}

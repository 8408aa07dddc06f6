import type { AccessRule } from '../scope/index.js';
import { composed, type Principal } from '../values/index.js';
import { AccessPolicy, type AccessRequest, isRoles, type ListedRuns } from './access-policy.js';
import { isBeginning, type Operation } from './operations.js';

export interface RoleAccessOptions {
  /** Roles that may do everything with the runs of their tenant, or with operations: only those. @default none */
  readonly tenantRoles?: readonly string[] | RoleOperations | undefined;
  /** Roles that may do these operations in all tenants. Only for principals without a tenant. @default none */
  readonly platformRoles?: RoleOperations | undefined;
}

/** By role. */
export type RoleOperations = Readonly<Record<string, readonly Operation[]>>;

/** Not part of everything: a role has to name it. */
const explicit: ReadonlySet<Operation> = new Set<Operation>(['principal.impersonate', 'worker.read']);

/**
 * The default. Everybody may start what declares no roles, and do everything with own runs, but raise a budget. Reviews are read
 * and decided by those whom they ask. All else takes a role: one that `access` declares, or one of the options. Rules that are
 * not roles are denied.
 */
export class RoleAccessPolicy extends AccessPolicy {
  constructor(private readonly options: RoleAccessOptions = {}) {
    super();
  }

  // Overrides one of two forms, and asks for no more than it needs.
  allows(request: AccessRequest): boolean {
    const { operation, principal, resource, rule } = request;
    const declared = rule === undefined ? undefined : holds(rule, principal);
    if (isBeginning(operation)) return declared ?? true;
    // The host's own code: all runs are its own.
    if (!principal) return true;
    if (operation === 'review.decide' || operation === 'review.delegate') return declared ?? true;
    if (declared === true || this.isPrivileged(principal, operation)) return true;
    if (operation === 'review.read' && resource.isAsked) return true;
    return isOwnable(operation) && resource.owner === principal.id;
  }

  override crossesTenants({ tenant, roles }: Principal, operation: Operation): boolean {
    return tenant === undefined && includes(this.options.platformRoles, roles, operation);
  }

  override lists(principal: Principal, operation: Operation): ListedRuns {
    // A subclass with an answer of its own gives it for each item of a list as well.
    if (this.allows !== RoleAccessPolicy.prototype.allows) return 'asked';
    return this.isPrivileged(principal, operation) ? 'tenant' : 'own';
  }

  private isPrivileged(principal: Principal, operation: Operation): boolean {
    if (this.crossesTenants(principal, operation)) return true;
    const { tenantRoles } = this.options;
    if (!isList(tenantRoles)) return includes(tenantRoles, principal.roles, operation);
    return !explicit.has(operation) && tenantRoles.some((role) => principal.roles.includes(composed(role)));
  }
}

/** Whether who owns a run may do it. Who is stopped by a budget is not who raises it. */
function isOwnable(operation: Operation): boolean {
  return operation !== 'budget.raise' && !explicit.has(operation);
}

function holds(rule: AccessRule, principal: Principal | undefined): boolean {
  if (!isRoles(rule)) return false;
  return rule.some((role) => principal?.roles.includes(composed(role)));
}

function includes(
  granted: RoleOperations | undefined,
  roles: readonly string[],
  operation: Operation,
): boolean {
  return Object.entries(granted ?? {}).some(
    ([role, operations]) => roles.includes(composed(role)) && operations.includes(operation),
  );
}

function isList(roles: RoleAccessOptions['tenantRoles']): roles is readonly string[] {
  return Array.isArray(roles);
}

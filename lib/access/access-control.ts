import { AccessDeniedError } from '../errors/index.js';
import type {
  AccessRule,
  CurrentPrincipal,
  SettledCaller,
  SystemCaller,
  Visibility,
} from '../scope/index.js';
import { ignoreRejection, type Principal, readPrincipal } from '../values/index.js';
import type { AccessPolicy, AccessResource } from './access-policy.js';
import { askPolicy, concernsPolicy } from './ask-policy.js';
import { type Caller, callerInWords, principalOf } from './caller.js';
import { isBeginning, type Operation } from './operations.js';

export interface AccessSettings {
  /** Whether the host says who is calling: else what no request leads to is its own code. */
  readonly knowsPrincipals: boolean;
  /** `required`: principals without a tenant are refused. */
  readonly tenancy: 'optional' | 'required';
}

/** Who acts. */
export interface IdentifiedCaller {
  readonly caller: Caller;
  /** Whether they may act in the name of whom they name: rejects if not. Absent where nothing has to be waited for. */
  readonly allowed?: Promise<void> | undefined;
}

/** Says who acts, and whether they may. */
export class AccessControl {
  constructor(
    readonly policy: AccessPolicy,
    private readonly current: CurrentPrincipal,
    private readonly settings: AccessSettings,
  ) {}

  /**
   * Who acts: the principal of the run, of the request, or the host's own code by `asSystem`; outside of these who is named; and
   * where the host names no principals at all, the application. Known at once; whether they may name somebody else may take time.
   * @param named `principal` or `by` of the options
   * @throws {AccessDeniedError} if nobody is known, or somebody is named in whose name the caller may not act
   * @throws {InputValidationError} for what is not a principal
   */
  identify(named: unknown, operation: Operation): IdentifiedCaller {
    const principal = named === undefined ? undefined : readPrincipal(named, `The principal of ${operation}`);
    const settled = this.current.settled();
    // A run that the host's own code has started in somebody's name has that person's rights, and no more.
    if (settled?.principal) return this.byPrincipal(settled.principal, principal);
    if (settled?.system) return { caller: this.bySystem(settled.system, principal) };
    const isOpen = this.isOpen(settled);
    if (isOpen && !principal) return { caller: { kind: 'application' } };
    if (!principal || (settled && !isOpen)) throw unknownCaller(operation, principal);
    return { caller: { kind: 'principal', principal: this.withTenant(principal) } };
  }

  /** The same, once it is settled. @throws {AccessDeniedError} {InputValidationError} */
  async caller(named: unknown, operation: Operation): Promise<Caller> {
    const { caller, allowed } = this.identify(named, operation);
    await allowed;
    return caller;
  }

  /** Whether the host says who is calling. */
  get knowsPrincipals(): boolean {
    return this.settings.knowsPrincipals;
  }

  /** Whether nothing is to be asked: a host that names no principals acts. */
  isApplication(): boolean {
    const settled = this.current.settled();
    return !settled?.system && !settled?.principal && this.isOpen(settled);
  }

  /** Nobody is named, and nobody has to be: outside of requests, and in runs of nobody, of a host that names no principals. */
  private isOpen(settled: SettledCaller | undefined): boolean {
    return !this.settings.knowsPrincipals && (settled === undefined || settled.runId !== undefined);
  }

  /**
   * @param resource its tenant and owner as they are on record
   * @returns undefined if it is allowed, or a promise where the policy needs time
   * @throws {AccessDeniedError} at once or later
   */
  assert(
    caller: Caller,
    operation: Operation,
    resource: AccessResource,
    rule?: AccessRule,
  ): Promise<void> | undefined {
    // Its tenant is looked at where it is read.
    if (caller.kind !== 'principal' && !isBeginning(operation)) return undefined;
    const request = { operation, principal: principalOf(caller), resource, ...(rule ? { rule } : {}) };
    return concernsPolicy(this.policy, request) ? askPolicy(this.policy, request) : undefined;
  }

  /** Of what tenants share: who belongs to one does not get it. @throws {AccessDeniedError} */
  async assertShared(caller: Caller, operation: Operation, resource: AccessResource): Promise<void> {
    const tenant = this.tenantOf(caller, operation);
    if (typeof tenant === 'string')
      throw new AccessDeniedError(
        `${operation} is for the whole installation, and not for one tenant (${tenant}).`,
        { details: { operation } },
      );
    await this.assert(caller, operation, resource);
  }

  /** Whether it is allowed. Never rejects. */
  async may(
    caller: Caller,
    operation: Operation,
    resource: AccessResource,
    rule?: AccessRule,
  ): Promise<boolean> {
    try {
      await this.assert(caller, operation, resource, rule);
      return true;
    } catch {
      return false;
    }
  }

  /** The only tenant that a caller reaches; null for what has none, undefined for all. */
  tenantOf(caller: Caller, operation: Operation): string | null | undefined {
    if (caller.kind === 'application') return undefined;
    if (caller.kind === 'system') return caller.system.tenant;
    const { principal } = caller;
    return principal.tenant ?? (this.policy.crossesTenants(principal, operation) ? undefined : null);
  }

  /** What a list may show without asking about each; `isAsked`: the policy wants to be asked. */
  visibility(caller: Caller, operation: Operation): Visibility & { readonly isAsked: boolean } {
    const tenant = this.tenantOf(caller, operation);
    if (caller.kind !== 'principal') return { tenant, isAsked: false };
    const listed = this.policy.lists(caller.principal, operation);
    return {
      tenant,
      isAsked: listed === 'asked',
      ...(listed === 'own' ? { owner: caller.principal.id } : {}),
    };
  }

  private bySystem(system: SystemCaller, named: Principal | undefined): Caller {
    if (!named) return { kind: 'system', system };
    if (system.tenant !== undefined && system.tenant !== named.tenant)
      throw new AccessDeniedError(
        `${system.name} acts for the tenant ${system.tenant}, and cannot name ${callerInWords(named)} of ${inTenant(named)}.`,
      );
    return { kind: 'principal', principal: this.withTenant(named), impersonator: system };
  }

  private byPrincipal(own: Principal, named: Principal | undefined): IdentifiedCaller {
    const caller: Caller = { kind: 'principal', principal: this.withTenant(own) };
    // Whose roles count are those that the host vouches for.
    if (!named || (named.id === own.id && named.tenant === own.tenant)) return { caller };
    return {
      caller: { kind: 'principal', principal: this.withTenant(named), impersonator: own },
      allowed: ignoreRejection(this.assertImpersonation(caller, own, named)),
    };
  }

  private async assertImpersonation(caller: Caller, own: Principal, named: Principal): Promise<void> {
    const reached = this.tenantOf(caller, 'principal.impersonate');
    const isReached = reached === undefined || reached === (named.tenant ?? null);
    const resource = { kind: 'principal', name: named.id, ...given(named.tenant) };
    if (isReached && (await this.may(caller, 'principal.impersonate', resource))) return;
    throw new AccessDeniedError(
      `${own.id} may not act in the name of ${named.id}: leave the principal out, or grant principal.impersonate to a role of the caller.`,
      { details: { operation: 'principal.impersonate', principal: own.id, named: named.id } },
    );
  }

  /** @throws {AccessDeniedError} if it has none and needs one */
  private withTenant(principal: Principal): Principal {
    if (this.settings.tenancy !== 'required' || principal.tenant !== undefined) return principal;
    throw new AccessDeniedError(
      `${callerInWords(principal)} has no tenant, and tenancy is 'required': the principal function has to name one.`,
    );
  }
}

function given(tenant: string | undefined): { readonly tenant?: string } {
  return tenant === undefined ? {} : { tenant };
}

function inTenant({ tenant }: Principal): string {
  return tenant === undefined ? 'no tenant' : `tenant ${tenant}`;
}

function unknownCaller(operation: Operation, named: Principal | undefined): AccessDeniedError {
  const who = named ? `An unknown caller may not act in the name of ${named.id}` : 'Nobody is known who acts';
  return new AccessDeniedError(
    `${who} (${operation}). The module's "principal" option names the caller of a request; a job names it by CurrentPrincipal.run(principal, …), and the host's own code acts by CurrentPrincipal.asSystem({ name, reason }, …).`,
    { details: { operation } },
  );
}

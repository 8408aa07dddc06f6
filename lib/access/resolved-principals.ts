import { composed, type Principal } from '../values/index.js';
import type { PrincipalResolver } from './principal-resolver.js';

/** Milliseconds for which an answer holds. */
const holdsFor = 60_000;
/** Answers that are kept; the oldest go first. */
const mostKept = 10_000;

interface Answer {
  readonly at: number;
  readonly principal: Promise<Principal | undefined>;
}

/** What the host's resolver says of principals, asked once a minute for each. */
export class ResolvedPrincipals {
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly resolver: PrincipalResolver,
    /** Milliseconds. */
    private readonly now: () => number,
  ) {}

  /**
   * The principal with its roles of today, and undefined if it is disabled.
   * @throws what the resolver throws, which is not kept
   */
  async current(principal: Principal): Promise<Principal | undefined> {
    const key = JSON.stringify([principal.tenant ?? null, principal.id]);
    const known = this.answers.get(key);
    if (known && this.now() - known.at < holdsFor) return withRoles(principal, await known.principal);
    const asked = { at: this.now(), principal: this.ask(principal) };
    this.answers.delete(key);
    this.answers.set(key, asked);
    this.forgetOldest();
    try {
      return withRoles(principal, await asked.principal);
    } catch (error) {
      if (this.answers.get(key) === asked) this.answers.delete(key);
      throw error;
    }
  }

  private async ask(principal: Principal): Promise<Principal | undefined> {
    return this.resolver.current(principal);
  }

  private forgetOldest(): void {
    const [oldest] = this.answers.keys();
    if (this.answers.size > mostKept && oldest !== undefined) this.answers.delete(oldest);
  }
}

/** Nobody becomes somebody else, or of another tenant, by what a resolver says. */
function withRoles(principal: Principal, current: Principal | undefined): Principal | undefined {
  return current && { ...principal, roles: current.roles.map((role) => composed(role)) };
}

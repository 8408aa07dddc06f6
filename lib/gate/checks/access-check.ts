import { AccessDeniedError, toErrorData } from '../../errors/index.js';
import type { AccessRule } from '../../scope/index.js';
import { type AccessPolicy, isRoles } from './access-policy.js';
import type { Check, CheckSubject } from './check.js';

/** Asks the policy whether the principal of the run may do this. An error in the policy denies. */
export class AccessCheck implements Check<CheckSubject> {
  readonly name = 'access';

  constructor(private readonly policy: AccessPolicy) {}

  concerns({ access }: CheckSubject): boolean {
    return access !== undefined;
  }

  /** @throws {AccessDeniedError} */
  async before(subject: CheckSubject): Promise<void> {
    const { access, kind, name } = subject;
    if (access === undefined) return;
    const denial = await this.denial(subject, access);
    if (!denial) return;
    await subject.record('policy.denied', {
      rule: 'access',
      kind: kind === 'workflow' ? 'run' : kind,
      name,
      reason: toErrorData(denial).message,
    });
    throw denial;
  }

  private async denial(
    { kind, name, principal, runId }: CheckSubject,
    rule: AccessRule,
  ): Promise<AccessDeniedError | undefined> {
    let cause: unknown;
    try {
      // What a start would make is not a run yet that a policy could look up.
      const subject = { kind, name, ...(kind === 'workflow' ? {} : { runId }) };
      // Nothing but a clear yes: what a host wrote without types may answer anything.
      if ((await this.policy.allows(principal, rule, subject)) === true) return undefined;
    } catch (error) {
      cause = error;
    }
    const wanted = isRoles(rule) ? `one of the roles ${rule.join(', ')}` : `the rule '${rule.rule}'`;
    const who = principal
      ? `'${principal.id}' (roles: ${principal.roles.join(', ') || 'none'})`
      : 'nobody in particular (no principal)';
    return new AccessDeniedError(
      `${kind} ${name} is for ${wanted}; it was asked for by ${who}. ` +
        (cause === undefined
          ? 'Start the run with a principal that may do this, or change `access`.'
          : 'The access policy threw an error, which denies.'),
      { cause, details: { kind, name, rule } },
    );
  }
}

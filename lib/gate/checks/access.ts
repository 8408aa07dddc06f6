import { AccessDeniedError } from '../../errors/index.js';
import type { AccessRule } from '../../scope/index.js';
import type { Principal } from '../../values/index.js';
import { type AccessPolicy, type AccessSubject, isRoles } from './access-policy.js';

/**
 * Asks the policy. An error in it denies.
 * @throws {AccessDeniedError}
 */
export async function assertAccess(
  policy: AccessPolicy,
  principal: Principal | undefined,
  rule: AccessRule | undefined,
  subject: AccessSubject,
): Promise<void> {
  if (rule === undefined) return;
  let cause: unknown;
  try {
    // Nothing but a clear yes: what a host wrote without types may answer anything.
    if ((await policy.allows(principal, rule, subject)) === true) return;
  } catch (error) {
    cause = error;
  }
  const wanted = isRoles(rule) ? `one of the roles ${rule.join(', ')}` : `the rule '${rule.rule}'`;
  const who = principal
    ? `'${principal.id}' (roles: ${principal.roles.join(', ') || 'none'})`
    : 'nobody in particular (no principal)';
  throw new AccessDeniedError(
    `${subject.kind} ${subject.name} is for ${wanted}; it was asked for by ${who}. ` +
      (cause === undefined
        ? 'Start the run with a principal that may do this, or change `access`.'
        : 'The access policy threw an error, which denies.'),
    { cause, details: { kind: subject.kind, name: subject.name, rule } },
  );
}

import type { AccessControl } from '../../access/index.js';
import { InvalidWorkflowDefinitionError } from '../../errors/index.js';

/**
 * Where the module says who calls, a trigger does, too: nobody is there who could.
 * @throws {InvalidWorkflowDefinitionError}
 */
export function assertDeclared(
  { knowsPrincipals }: Pick<AccessControl, 'knowsPrincipals'>,
  workflow: string,
  trigger: string,
  { principal }: { readonly principal?: unknown },
): void {
  if (!knowsPrincipals || principal !== undefined) return;
  throw new InvalidWorkflowDefinitionError(
    `${trigger} of ${workflow} names no principal, and the module has a "principal" option: each of its starts would be denied. Add principal: { id: 'the name of the job', roles: [] }.`,
  );
}

import { AccessControl, RoleAccessPolicy, RunAccess } from '../../lib/access/index.js';
import type { Journal } from '../../lib/journal/index.js';
import { CurrentPrincipal } from '../../lib/scope/index.js';

/** As in a host that names no principals: what is outside of runs is its own code. */
export function openAccess(journal: Pick<Journal, 'find'>, current = new CurrentPrincipal()): RunAccess {
  const settings = { knowsPrincipals: false, tenancy: 'optional' } as const;
  return new RunAccess(new AccessControl(new RoleAccessPolicy(), current, settings), journal, {
    list: () => [],
  });
}

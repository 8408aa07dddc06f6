export { AccessControl, type AccessSettings } from './access-control.js';
export {
  AccessPolicy,
  type AccessRequest,
  type AccessResource,
  type AccessSubject,
  isRoles,
  type ListedRuns,
} from './access-policy.js';
export { askPolicy, concernsPolicy } from './ask-policy.js';
export { actorOf, callerInWords, type Caller, peopleOf, principalOf, tenantOfCaller } from './caller.js';
export { type Operation, operations } from './operations.js';
export { RoleAccessPolicy, type RoleAccessOptions, type RoleOperations } from './role-access-policy.js';
export { type AccessedRun, resourceOf, RunAccess, runNotFound } from './run-access.js';
export { PrincipalResolver } from './principal-resolver.js';
export { ResolvedPrincipals } from './resolved-principals.js';

import type { AccessRule } from '../../scope/index.js';
import type { Principal } from '../../values/index.js';

/** What somebody wants to do. */
export interface AccessSubject {
  /** `workflow`, `step`, `tool`, … */
  readonly kind: string;
  readonly name: string;
  readonly runId?: string | undefined;
}

/** Decides who may do what. Hosts extend it for rules of their own; an error inside denies. */
export abstract class AccessPolicy {
  abstract allows(
    principal: Principal | undefined,
    rule: AccessRule,
    subject: AccessSubject,
  ): boolean | Promise<boolean>;
}

/** The default: the principal needs one of the roles. Rules that aren't roles are denied. */
export class RoleAccessPolicy extends AccessPolicy {
  allows(principal: Principal | undefined, rule: AccessRule): boolean {
    if (!isRoles(rule)) return false;
    return rule.some((role) => principal?.roles.includes(role.normalize('NFC')));
  }
}

export function isRoles(rule: AccessRule): rule is readonly string[] {
  return Array.isArray(rule);
}

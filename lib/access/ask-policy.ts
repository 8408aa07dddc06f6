import { AccessDeniedError } from '../errors/index.js';
import type { AccessRule } from '../scope/index.js';
import { type AccessPolicy, type AccessRequest, isRoles } from './access-policy.js';
import { callerInWords } from './caller.js';
import { isBeginning } from './operations.js';
import { RoleAccessPolicy } from './role-access-policy.js';

const roles = new RoleAccessPolicy();

/** Whether there is anything to ask: what is open to everybody, the default policy says nothing about. */
export function concernsPolicy(policy: AccessPolicy, { operation, rule }: AccessRequest): boolean {
  if (rule !== undefined || !isBeginning(operation)) return true;
  return policy.allows !== RoleAccessPolicy.prototype.allows && !isOfFormerForm(policy);
}

/**
 * Asks the policy. A boolean is not waited for.
 * @returns undefined if it allows it @throws {AccessDeniedError} at once or later; an error of the policy denies
 */
export function askPolicy(policy: AccessPolicy, request: AccessRequest): Promise<void> | undefined {
  let answer: boolean | Promise<boolean>;
  try {
    answer = answerOf(policy, request);
  } catch (error) {
    throw denied(request, error);
  }
  if (!isThenable(answer)) {
    if (isYes(answer)) return undefined;
    throw denied(request);
  }
  return Promise.resolve(answer).then(
    (later) => {
      if (!isYes(later)) throw denied(request);
    },
    (error: unknown) => {
      throw denied(request, error);
    },
  );
}

function answerOf(policy: AccessPolicy, request: AccessRequest): boolean | Promise<boolean> {
  if (!isOfFormerForm(policy)) return policy.allows(request);
  const { principal, rule, resource } = request;
  if (rule === undefined) return roles.allows(request);
  const { kind, name = '', runId } = resource;
  return policy.allows(principal, rule, { kind, name, ...(runId === undefined ? {} : { runId }) });
}

/** It takes the principal, a rule and a subject. */
function isOfFormerForm(policy: AccessPolicy): boolean {
  return policy.allows.length >= 2;
}

/** Nothing but a clear yes: what a host wrote without types may answer anything. */
function isYes(answer: unknown): boolean {
  return answer === true;
}

function isThenable(answer: unknown): answer is Promise<boolean> {
  return typeof (answer as { then?: unknown } | undefined)?.then === 'function';
}

function denied(request: AccessRequest, cause?: unknown): AccessDeniedError {
  const { operation, principal, resource, rule } = request;
  const { kind, name, runId } = resource;
  const details = { operation, kind, ...(name === undefined ? {} : { name }), ...(rule ? { rule } : {}) };
  const advice =
    cause === undefined
      ? isBeginning(operation)
        ? 'Start the run with a principal that may do this, or change `access`.'
        : 'Give the principal a role that may do this: tenantRoles, platformRoles or `access`.'
      : 'The access policy threw an error, which denies.';
  const what =
    rule && isBeginning(operation)
      ? `${kind} ${name ?? ''} is for ${inWords(rule)}; it was asked for by ${callerInWords(principal)}.`
      : `${callerInWords(principal)} may not do ${operation} with ${kind} ${name ?? ''}${runId === undefined || isBeginning(operation) ? '' : ` (run ${runId})`}.`;
  return new AccessDeniedError(`${what} ${advice}`, { cause, details });
}

function inWords(rule: AccessRule): string {
  return isRoles(rule) ? `one of the roles ${rule.join(', ')}` : `the rule '${rule.rule}'`;
}

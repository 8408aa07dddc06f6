import {
  type AccessPolicy,
  type AccessRequest,
  askPolicy,
  concernsPolicy,
  type Operation,
} from '../../access/index.js';
import { toErrorData } from '../../errors/index.js';
import type { Check, CheckSubject } from './check.js';

/** By kind of call. What is not here is part of what the code of a step does, and asks nobody. */
const operationOf: { readonly [kind in CheckSubject['kind']]?: Operation } = {
  workflow: 'run.start',
  step: 'step.run',
  tool: 'tool.call',
  model: 'model.call',
  agent: 'agent.run',
  handoff: 'handoff',
};

/** Asks the policy whether the principal of the run may do this. An error in the policy denies. */
export class AccessCheck implements Check<CheckSubject> {
  readonly name = 'access';

  constructor(private readonly policy: AccessPolicy) {}

  concerns(subject: CheckSubject): boolean {
    const request = requestOf(subject);
    return request !== undefined && concernsPolicy(this.policy, request);
  }

  /** @throws {AccessDeniedError} at once or later */
  before(subject: CheckSubject): Promise<void> | void {
    const request = requestOf(subject);
    if (!request) return;
    try {
      return askPolicy(this.policy, request)?.catch((denial: unknown) => this.refuse(subject, denial));
    } catch (denial) {
      return this.refuse(subject, denial);
    }
  }

  private async refuse(subject: CheckSubject, denial: unknown): Promise<never> {
    const { kind, name } = subject;
    await subject.record('policy.denied', {
      rule: 'access',
      kind: kind === 'workflow' ? 'run' : kind,
      name,
      reason: toErrorData(denial).message,
    });
    throw denial;
  }
}

function requestOf({ kind, name, access, principal, runId }: CheckSubject): AccessRequest | undefined {
  const operation = operationOf[kind];
  if (!operation) return undefined;
  const { tenant } = principal ?? {};
  return {
    operation,
    principal,
    resource: {
      kind,
      name,
      // What a start would make is not a run yet that a policy could look up.
      ...(kind === 'workflow' ? {} : { runId }),
      ...(tenant === undefined ? {} : { tenant }),
    },
    ...(access === undefined ? {} : { rule: access }),
  };
}

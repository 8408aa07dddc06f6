import type { RateSubject } from '../../scope/index.js';
import { tenantOfRun } from '../../workflow/index.js';
import type { CheckedCall } from '../checks/checked-call.js';
import { isToolCall } from '../gate-call.js';

/** A call as limits see it. */
export function rateSubjectOf({ attempt, call, frame, principal, workflow }: CheckedCall): RateSubject {
  return {
    principal,
    tenant: tenantOfRun(attempt.run.state.created),
    workflow,
    step: `${workflow}.${attempt.place.step}`,
    tool: isToolCall(call) ? call.name : undefined,
    model: call.kind === 'model' ? call.name : undefined,
    agent: frame.agent,
  };
}

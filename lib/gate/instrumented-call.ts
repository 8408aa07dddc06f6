import type { InstrumentedFacts } from '../scope/index.js';
import type { CheckedCall } from './checks/checked-call.js';

/** What an instrumentation is told of a call. */
export function callFacts({
  runId,
  workflow,
  step,
  attempt: { place },
  kind,
  name,
  agent,
  frame: { key },
}: CheckedCall): InstrumentedFacts['call'] {
  return { runId, workflow, step, attempt: place.attempt, kind, name, agent, key };
}

import { toErrorData, withoutStack } from '../errors/index.js';
import type { JsonValue, Usage } from '../values/index.js';
import { release } from './budget/budget.js';
import { callFactsOf } from './memory/call-memory.js';
import { asJson, type GateCall, recordDraft } from './gate-call.js';

export interface OutcomeFacts {
  readonly args: JsonValue | undefined;
  /** Milliseconds. */
  readonly duration?: number;
  readonly reviewId?: string;
}

/** Puts a call's result on record and gives back what the journal holds of it. */
export async function recordResult(
  gateCall: GateCall,
  result: unknown,
  facts: OutcomeFacts,
  usage?: Usage,
): Promise<unknown> {
  const { attempt, frame, call } = gateCall;
  release(attempt.run, frame);
  const value = asJson(gateCall, result, `the result of ${call.kind} ${call.name}`);
  const completed = recordDraft(gateCall, 'call.completed', {
    ...callFactsOf(gateCall),
    ...optional('arguments', facts.args),
    ...optional('result', value),
    ...optional('usage', usage),
    ...optional('duration', facts.duration),
    ...optional('reviewId', facts.reviewId),
  });
  await attempt.append([completed], call.writes?.(value));
  return value;
}

/** Puts a call's failure on record. */
export async function recordFailure(
  gateCall: GateCall,
  error: unknown,
  facts: OutcomeFacts & { readonly inDoubt?: boolean; readonly performed?: boolean },
  usage?: Usage,
): Promise<void> {
  const { attempt, frame, call } = gateCall;
  release(attempt.run, frame);
  if (call.kind === 'step' && !facts.inDoubt) return;
  await attempt.append([
    recordDraft(gateCall, 'call.failed', {
      ...callFactsOf(gateCall),
      ...optional('arguments', facts.args),
      // The step's own record has the stack.
      error: withoutStack(toErrorData(error)),
      ...optional('usage', usage),
      ...optional('duration', facts.duration),
      ...(facts.inDoubt ? { inDoubt: true } : {}),
      ...(facts.performed ? { performed: true } : {}),
      ...optional('reviewId', facts.reviewId),
    }),
  ]);
}

export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // A computed key widens to string; the type says what it is.
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

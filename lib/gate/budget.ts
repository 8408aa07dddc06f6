import { addUsage, noUsage, type Usage } from '../values/index.js';
import { budgetUnits, type Raise, type RecordPayloads, type RunBudget } from '../workflow/index.js';
import type { Attempt } from './attempt.js';
import type { CallFrame } from './call-frame.js';

type Exceeded = RecordPayloads['budget.exceeded'] & {
  readonly onExceeded: NonNullable<RunBudget['onExceeded']>;
};

/**
 * Sets the most that a call may use aside, besides what it has set aside already, on the run's budget and on the step's, or on none.
 * Synchronous: of parallel calls each sees what the one before has set aside, so a limit is exact.
 */
export function reserve(attempt: Attempt, key: string, estimate: Usage): Exceeded | undefined {
  const { run, place, definition } = attempt;
  const scopes = [
    { scope: 'run' as const, budget: run.state.budget, used: run.state.usage },
    {
      scope: 'step' as const,
      budget: raised(definition.budget, run.state.stepRaises.get(place.step)),
      used: run.state.stepUsage.get(place.step) ?? noUsage,
    },
  ];
  for (const { scope, budget, used } of scopes) {
    const reserved = [...run.reserved.values()]
      .filter((one) => scope === 'run' || one.step === place.step)
      .reduce((sum, one) => addUsage(sum, one.usage), noUsage);
    const exceeded = firstExceeded(scope, budget, addUsage(used, reserved), estimate);
    if (exceeded) return { ...exceeded, onExceeded: budget.onExceeded ?? 'fail' };
  }
  const usage = addUsage(run.reserved.get(key)?.usage ?? noUsage, estimate);
  run.reserved.set(key, { step: place.step, usage });
  return undefined;
}

function raised(budget: RunBudget = {}, more: Raise = {}): RunBudget {
  const limits: Record<string, number> = {};
  for (const unit of budgetUnits)
    if (budget[unit] !== undefined) limits[unit] = budget[unit] + (more[unit] ?? 0);
  return { ...budget, ...limits };
}

/** Gives back what was set aside; what was really used stands in the outcome's record. */
export function release({ run }: Attempt, frame: CallFrame): void {
  if (run.reserved.size > 0) run.reserved.delete(frame.key);
}

function firstExceeded(
  scope: 'run' | 'step',
  budget: RunBudget,
  used: Usage,
  estimate: Usage,
): RecordPayloads['budget.exceeded'] | undefined {
  const amounts = {
    usd: [used.usd, estimate.usd],
    tokens: [used.inputTokens + used.outputTokens, estimate.inputTokens + estimate.outputTokens],
    calls: [used.calls, estimate.calls],
  } as const;
  for (const unit of budgetUnits) {
    const limit = budget[unit];
    const [spent, wanted] = amounts[unit];
    if (limit !== undefined && spent + wanted > limit) return { scope, unit, limit, used: spent, wanted };
  }
  return undefined;
}

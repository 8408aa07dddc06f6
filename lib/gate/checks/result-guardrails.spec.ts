import { describe, expect, it } from '@jest/globals';
import type { GuardrailStages } from '../guardrails/index.js';
import type { CheckedCall, ValueSource } from './checked-call.js';
import { ResultGuardrails } from './result-guardrails.js';

/** Guardrails that make something else of every value, or nothing. */
function stages(transform: (value: unknown) => unknown): GuardrailStages {
  const evaluate = async ({ value }: { value: unknown }) => ({
    outcome: 'pass',
    value: transform(value),
    records: [],
  });
  // Only what is asked of it.
  return { hasAny: () => true, evaluate } as unknown as GuardrailStages;
}

async function checkedBy(transform: (value: unknown) => unknown, source: ValueSource): Promise<CheckedCall> {
  const checked = {
    value: 'card 4111',
    origin: {},
    source,
    approvedBy: 'nobody',
    call: { kind: 'tool', name: 'lookUp' },
    frame: { key: 'key' },
    attempt: { place: { step: 'act' }, run: { definition: { result: 'act' } } },
  } as unknown as CheckedCall;
  await new ResultGuardrails(stages(transform)).after(checked);
  return checked;
}

describe('a result that guardrails have changed', () => {
  it('keeps with it what they saw, so that an approval can be checked against the guardrails of its day', async () => {
    const checked = await checkedBy(() => 'card ****', { from: 'code' });
    expect([checked.value, checked.origin]).toEqual(['card ****', { basis: 'card 4111' }]);
  });

  it('has nothing with it where they left it as it was', async () => {
    const checked = await checkedBy((value) => value, { from: 'code' });
    expect([checked.value, checked.origin]).toEqual(['card 4111', {}]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { hashOf } from '../../values/index.js';
import type { GuardrailStages } from '../guardrails/index.js';
import { ArgumentGuardrails } from './argument-guardrails.js';
import type { CheckedCall } from './checked-call.js';

/** An approved call, under guardrails that make that of its arguments today. */
async function approved(value: string, guardedThen?: string): Promise<CheckedCall> {
  const evaluate = async () => ({ outcome: 'pass', value, records: [] });
  // Only what is asked of them.
  const stages = { hasAny: () => true, evaluate } as unknown as GuardrailStages;
  const checked = {
    value: 'ann',
    origin: {},
    isFitted: true,
    source: {
      from: 'approval',
      review: { basis: 'ann', ...(guardedThen === undefined ? {} : { guardedHash: hashOf(guardedThen) }) },
    },
    approvedBy: 'person',
    call: { kind: 'tool', name: 'pay', arguments: 'ann' },
    frame: { key: 'key' },
    attempt: { place: { step: 'act' }, run: { definition: { result: 'act' } } },
  } as unknown as CheckedCall;
  await new ArgumentGuardrails(stages).before(checked);
  return checked;
}

describe('arguments that a person has approved', () => {
  it('stand as they were approved where guardrails make the same of them as then', async () => {
    expect(await approved('ann')).toMatchObject({ value: 'ann', isFitted: true });
    expect(await approved('a**', 'a**')).toMatchObject({ value: 'ann', isFitted: true });
  });

  it('go to the schema and to a person again where guardrails make something else of them', async () => {
    const escalation = { reason: expect.stringContaining('something else') };
    expect(await approved('a**')).toMatchObject({ value: 'a**', isFitted: false, escalation });
    expect(await approved('b**', 'a**')).toMatchObject({ value: 'b**', isFitted: false, escalation });
  });
});

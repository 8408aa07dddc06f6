import { describe, expect, it } from '@jest/globals';
import { IsInt } from 'class-validator';
import type { JsonValue } from '../../values/index.js';
import { plainStep, type RunRecord, type WorkflowDefinition } from '../../workflow/index.js';
import { forkOutputChecks } from './fork-output-checks.js';

class Total {
  @IsInt() sum!: number;
}

const definition: WorkflowDefinition = {
  name: 'order',
  version: '1',
  hash: 'h',
  steps: [
    plainStep('name'),
    plainStep('route', { routes: ['cheap', 'dear'] }),
    plainStep('each', { forEach: { over: 'name', concurrency: 8, onError: 'fail' }, output: Total }),
    plainStep('total'),
  ],
  result: 'total',
  output: Total,
  onChange: 'refuse',
};
const prefix = definition.steps.map(
  ({ name }) => ({ type: 'step.completed', step: name, iteration: 0, payload: {} }) as unknown as RunRecord,
);
const edit = (outputs: Record<string, JsonValue>) =>
  forkOutputChecks(definition, prefix, outputs, { from: 'send', payloadLimit: 1_000 });

describe('an output that a person has written for a fork', () => {
  it.each<[string, JsonValue]>([
    ['name', 'Ada'],
    ['route', 'dear'],
    ['route', ['cheap', 'dear']],
    ['each', [{ sum: 1 }, { sum: 2 }]],
    ['total', { sum: 3 }],
  ])('is taken where the step could have given it: %s %j', async (step, value) => {
    expect(await edit({ [step]: value })).toEqual({ [step]: value });
  });

  it.each<[string, JsonValue, string]>([
    ['route', 'free', 'chooses free: it has to be one or many of cheap, dear'],
    ['each', { sum: 1 }, 'is not a list'],
    ['each', [{ sum: 1 }, { sum: 'two' }], 'order.each, item 1,'],
    ['total', { sum: 'three' }, 'sum'],
    ['total', 'three', 'order.total'],
  ])('is refused where it could not: %s %j', async (step, value, words) => {
    await expect(edit({ [step]: value })).rejects.toMatchObject({
      code: 'OUTPUT_VALIDATION',
      message: expect.stringContaining(words),
    });
  });

  it('is refused for a step that the fork runs again, and for a name that is not a step', async () => {
    await expect(
      forkOutputChecks(
        definition,
        prefix.slice(0, 1),
        { total: { sum: 1 } },
        { from: 'route', payloadLimit: 9 },
      ),
    ).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining('Steps that can be edited: name'),
    });
    await expect(edit({ nam: 'Ada' })).rejects.toMatchObject({ message: expect.stringContaining("'name'") });
  });
});

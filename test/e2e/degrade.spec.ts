import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Input, ModelProvider, ModelService, Step, Workflow } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';

@Workflow({ budget: { usd: 0.02, onExceeded: 'degrade' } })
class AnswerWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step() async answer(@Input() question: string) {
    const { model } = await this.models.generate({ prompt: question, model: 'best' });
    return model;
  }
}

describe("a budget with onExceeded: 'degrade'", () => {
  let t: OrchestrationHarness;
  afterEach(() => t.close());

  it('asks the next model of the alias where the dearer one might cost more than is left', async () => {
    const script = new ScriptedModel();
    script.on(/./).reply('yes');
    const dear: ModelProvider = Object.create(script.as('dear'), {
      price: { value: () => ({ inputPerMillion: 100, outputPerMillion: 100 }) },
    }) as ModelProvider;
    const cheap: ModelProvider = Object.create(script.as('cheap'), {
      price: { value: () => ({ inputPerMillion: 0.1, outputPerMillion: 0.1 }) },
    }) as ModelProvider;
    const models = { providers: [dear, cheap], aliases: { best: ['dear/large', 'cheap/small'] } };
    const imports = [OrchestrationTestingModule.forRoot({ models })];
    const module = await Test.createTestingModule({ imports, providers: [AnswerWorkflow] }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
    const result = await t.run(AnswerWorkflow, 'well?');
    expect(result).toMatchObject({ status: 'completed', output: 'cheap/small' });
    expect(await t.history(result.runId)).toContain('budget.exceeded answer');
  });
});

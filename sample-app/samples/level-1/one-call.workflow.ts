import { Input, ModelService, Step, Workflow } from 'nestjs-nestor';
import type { Answer } from '../answer.js';

/** Level 1: one call of a model. It is remembered, on record, tried again if it fails, and costs at most five cents. */
@Workflow({ budget: { usd: 0.05 } })
export class OneCallWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async answer(@Input() question: string): Promise<Answer> {
    const { text } = await this.models.generate({
      prompt: `Answer a customer of a shop for plant sensors in two sentences.\n\n${question}`,
      maxTokens: 300,
    });
    return { answer: text };
  }
}

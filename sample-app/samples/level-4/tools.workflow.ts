import { Input, ModelService, Step, Workflow } from 'nestjs-nestor';
import { InjectKnowledgeBase, KnowledgeBase, retrievalTool } from 'nestjs-nestor/retrieval';
import type { Answer } from '../answer.js';
import { OrderTools } from './order.tools.js';

/**
 * Level 4: the model chooses what to look up and what to do. Money goes back once, whatever falls over, and a lot of it only when a
 * person has agreed.
 */
@Workflow({ budget: { usd: 0.2 } })
export class ToolsWorkflow {
  constructor(
    @InjectKnowledgeBase('help') private readonly help: KnowledgeBase,
    private readonly models: ModelService,
  ) {}

  @Step()
  async answer(@Input() question: string): Promise<Answer> {
    const { text } = await this.models.generate({
      prompt: `Help a customer. Look up what you need, and pay back what the articles allow.\n\n${question}`,
      tools: [OrderTools, retrievalTool(this.help, { limit: 3 })],
      maxTurns: 6,
      maxTokens: 500,
    });
    return { answer: text };
  }
}

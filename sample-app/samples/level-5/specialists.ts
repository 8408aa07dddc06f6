import { IsString } from 'class-validator';
import { Agent, Tool } from 'nestjs-nestor';
import { InjectKnowledgeBase, KnowledgeBase } from 'nestjs-nestor/retrieval';
import { OrderTools } from '../level-4/order.tools.js';

/** What is looked for. */
export class Topic {
  @IsString()
  about!: string;
}

/** Knows orders, with the tools of level 4. */
@Agent({
  description: 'Knows orders and payments, and pays money back',
  instructions: 'You are the billing desk of a shop for plant sensors. Look the order up before you answer.',
  tools: () => [OrderTools],
  maxTokens: 500,
})
export class BillingDesk {}

/** Knows devices, from the articles. */
@Agent({
  description: 'Knows sensors and gateways, and what to do when they fail',
  instructions: 'You are the technical desk of a shop for plant sensors. Answer from the articles.',
  maxTokens: 500,
})
export class TechnicalDesk {
  constructor(@InjectKnowledgeBase('help') private readonly help: KnowledgeBase) {}

  @Tool({ description: 'Finds articles about something.', effect: 'none' })
  async findArticles({ about }: Topic): Promise<string[]> {
    return (await this.help.search({ text: about, limit: 3 })).map(({ text }) => text);
  }
}

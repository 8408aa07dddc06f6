import { IsIn, IsString } from 'class-validator';
import { From, HumanReview, Input, ModelService, Step, Workflow } from 'nestjs-nestor';
import { InjectKnowledgeBase, KnowledgeBase } from 'nestjs-nestor/retrieval';
import type { Answer } from '../answer.js';
import { type Order, Orders } from '../orders.js';

/** What a question is about, as the model says it: a class is the schema, and what does not fit is asked for again. */
export class Reading {
  @IsIn(['order', 'device', 'other'])
  topic!: 'order' | 'device' | 'other';

  /** In words that an article would have. */
  @IsString()
  search!: string;
}

/**
 * Level 3: steps in an order that code decides. Two of them go on side by side, each is remembered and tried again by itself, and a
 * person looks at what concerns an order.
 */
@Workflow({ budget: { usd: 0.1 } })
export class PipelineWorkflow {
  constructor(
    @InjectKnowledgeBase('help') private readonly help: KnowledgeBase,
    private readonly orders: Orders,
    private readonly models: ModelService,
  ) {}

  @Step()
  async read(@Input() question: string): Promise<Reading> {
    const prompt = `What is this question about, and what would one search for?\n\n${question}`;
    return (await this.models.generate({ prompt, output: Reading, maxTokens: 200 })).output;
  }

  @Step()
  async search(@From('read') { search }: Reading): Promise<string[]> {
    const passages = await this.help.search({ text: search, limit: 3 });
    return passages.map(({ text }) => text);
  }

  @Step()
  order(@Input() question: string): Order | null {
    const [number = ''] = /MB-\d{4}/.exec(question) ?? [];
    return this.orders.find(number) ?? null;
  }

  @Step()
  @HumanReview({
    when: ({ outputs }) => (outputs['read'] as Reading).topic === 'order',
    roles: ['support-lead'],
  })
  async draft(
    @Input() question: string,
    @From('search') articles: string[],
    @From('order') order: Order | null,
  ): Promise<Answer> {
    const prompt = [...articles, order ? JSON.stringify(order) : 'There is no order.', question].join('\n\n');
    const { text } = await this.models.generate({ prompt, maxTokens: 300 });
    return { answer: text };
  }
}

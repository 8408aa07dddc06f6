import { Agent, stateTools, Tool } from 'nestjs-nestor';
import { KnowledgeService } from '../../knowledge/index.js';
import { ArticleQuery, OrderDesk, type OrderFacts, OrderQuery } from '../../refunds/index.js';
import { notes } from './notes.js';

const specialist = {
  model: 'fast',
  instructions: { template: 'chat-specialist' },
  tools: () => [stateTools(notes)],
  maxTokens: 600,
} as const;

@Agent({ ...specialist, description: 'Knows our rules: returns, refunds, shipping, invoices, privacy' })
export class PolicySpecialist {
  constructor(private readonly knowledge: KnowledgeService) {}

  @Tool({ description: 'Finds what our rules say about something.', effect: 'none' })
  findRules({ words }: ArticleQuery): Promise<string> {
    return this.knowledge.pages(words, 1);
  }
}

@Agent({ ...specialist, description: 'Knows our devices: what they can do, and what goes wrong' })
export class DeviceSpecialist {
  constructor(private readonly knowledge: KnowledgeService) {}

  @Tool({ description: 'Finds what our manuals say about something.', effect: 'none' })
  findManual({ words }: ArticleQuery): Promise<string> {
    return this.knowledge.pages(words, 1);
  }
}

@Agent({ ...specialist, description: 'Knows orders, by their numbers' })
export class OrderSpecialist {
  constructor(private readonly orders: OrderDesk) {}

  @Tool({ description: 'Finds an order by its number.', effect: 'none' })
  async findOrder({ number }: OrderQuery): Promise<OrderFacts> {
    return this.orders.get(number);
  }
}

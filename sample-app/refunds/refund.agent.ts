import { Agent, any, costUsd, HumanReview, maxTurns, repeatedCall, Tool } from 'nestjs-nestor';
import { KnowledgeService } from '../knowledge/index.js';
import { ticketForPrompt } from '../support/index.js';
import { TicketDto } from '../tickets/index.js';
import { OrderDesk } from './order-desk.js';
import { ArticleQuery, type OrderFacts, OrderQuery, RefundDecision, RefundRequest } from './refund.dto.js';

/** EUR up to which no person has to look. */
const smallAmount = 100;

/** Solves a ticket about money by itself: it looks the order and the rules up, and pays back what it may. */
@Agent({
  description: 'Looks an order up and pays money back where our rules allow it',
  model: 'smart',
  instructions: { template: 'refund' },
  prompt: (ticket) => {
    const { name, subject, body } = ticketForPrompt(ticket);
    return `<ticket>\n<customer>${name}</customer>\n<subject>${subject}</subject>\n<body>\n${body}\n</body>\n</ticket>`;
  },
  stopWhen: any(maxTurns(8), costUsd(0.25), repeatedCall(3)),
  maxTokens: 1_000,
  budget: { usd: 0.3 },
})
export class RefundAgent {
  static readonly input = TicketDto;
  static readonly output = RefundDecision;

  constructor(
    private readonly orders: OrderDesk,
    private readonly knowledge: KnowledgeService,
  ) {}

  @Tool({ description: 'Finds an order by its number.', effect: 'none' })
  async findOrder({ number }: OrderQuery): Promise<OrderFacts> {
    return this.orders.get(number);
  }

  @Tool({ description: 'Finds what our help pages say about something.', effect: 'none' })
  findRules({ words }: ArticleQuery): Promise<string> {
    return this.knowledge.pages(words);
  }

  @Tool({ description: 'Pays money back for an order, to the way it was paid.', effect: 'irreversible' })
  @HumanReview({
    when: ({ args }) => args.amountEur > smallAmount,
    roles: ['support-lead'],
    title: 'A refund',
    instructions: 'Is the device back, and is this the amount?',
    form: RefundRequest,
  })
  async payBack(request: RefundRequest): Promise<OrderFacts> {
    return this.orders.refund(request);
  }
}

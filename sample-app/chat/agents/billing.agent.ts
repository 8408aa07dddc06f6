import { Agent, HumanReview, NotPerformedError, Tool } from 'nestjs-nestor';
import { OrderDesk, type OrderFacts, OrderQuery, RefundRequest } from '../../refunds/index.js';
import { TriageAgent } from './triage.agent.js';

/** EUR that a customer gets back by confirming it. */
const smallAmount = 100;

/** Looks orders up and pays money back: what is small after the customer has confirmed it, what is large after a lead has. */
@Agent({
  description: 'Knows orders and payments, and pays money back where our rules allow it',
  model: 'smart',
  instructions: { template: 'chat-billing' },
  handoffs: () => [TriageAgent],
  maxTokens: 1_000,
})
export class BillingAgent {
  constructor(private readonly orders: OrderDesk) {}

  @Tool({ description: 'Finds an order by its number.', effect: 'none' })
  async findOrder({ number }: OrderQuery): Promise<OrderFacts> {
    return this.orders.get(number);
  }

  @Tool({
    description: `Pays up to ${smallAmount} EUR back, to the way it was paid, once the customer has confirmed it.`,
    effect: 'irreversible',
  })
  @HumanReview({ by: 'starter', title: 'Pay this back to the way you paid?' })
  async payBack(request: RefundRequest): Promise<OrderFacts> {
    if (request.amountEur > smallAmount)
      throw new NotPerformedError(`More than ${smallAmount} EUR go back by payLargeSumBack.`);
    return this.orders.refund(request);
  }

  @Tool({
    description: `Pays more than ${smallAmount} EUR back, once a colleague has approved it.`,
    effect: 'irreversible',
  })
  @HumanReview({
    roles: ['support-lead'],
    title: 'A refund out of a chat',
    instructions: 'Is the device back, and is this the amount?',
    form: RefundRequest,
  })
  async payLargeSumBack(request: RefundRequest): Promise<OrderFacts> {
    return this.orders.refund(request);
  }
}

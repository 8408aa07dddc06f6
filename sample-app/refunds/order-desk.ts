import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { CurrentPrincipal, NonRetryableError, NotPerformedError } from 'nestjs-nestor';
import { Repository } from 'typeorm';
import { Order } from './order.entity.js';
import type { OrderFacts, RefundRequest } from './refund.dto.js';

/** The orders, and the money that goes back. What may be paid is decided here, also where a model asks. */
@Injectable()
export class OrderDesk {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    private readonly current: CurrentPrincipal,
  ) {}

  async find(number: string): Promise<OrderFacts | undefined> {
    const order = await this.orders.findOneBy({ number, tenant: this.shop });
    return order ? factsOf(order) : undefined;
  }

  /** @throws {NonRetryableError} if there is none of that number */
  async get(number: string): Promise<OrderFacts> {
    const order = await this.find(number);
    if (!order) throw new NonRetryableError(`There is no order ${number}.`);
    return order;
  }

  /** Stands for a transfer: it can't be taken back. @throws {NotPerformedError} if the order does not allow it; nothing is paid then */
  async refund({ number, amountEur }: RefundRequest): Promise<OrderFacts> {
    const cents = Math.round(amountEur * 100);
    const [, changed] = await this.orders.query<[unknown, number]>(
      `UPDATE support_orders SET refunded_cents = refunded_cents + $2
        WHERE number = $1 AND tenant = $3 AND returned_at IS NOT NULL AND refunded_cents + $2 <= price_cents`,
      [number, cents, this.shop],
    );
    const facts = await this.find(number);
    if (changed === 1 && facts) return facts;
    throw new NotPerformedError(
      `Order ${number} does not allow a refund of ${amountEur} EUR: ${whyNot(facts)}.`,
    );
  }

  /** In a run that is the shop of who has started it: orders of others do not exist. */
  private get shop(): string {
    return this.current.get()?.tenant ?? '';
  }
}

function factsOf({ number, item, priceCents, deliveredAt, returnedAt, refundedCents }: Order): OrderFacts {
  return {
    number,
    item,
    priceEur: priceCents / 100,
    deliveredAt,
    returnedAt,
    refundedEur: refundedCents / 100,
  };
}

function whyNot(facts: OrderFacts | undefined): string {
  if (!facts) return 'there is no such order';
  if (facts.returnedAt === null) return 'the device has not reached the warehouse';
  return `${facts.refundedEur} of ${facts.priceEur} EUR were paid back already`;
}

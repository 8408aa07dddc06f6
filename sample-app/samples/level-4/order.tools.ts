import { Injectable } from '@nestjs/common';
import { HumanReview, Tool } from 'nestjs-nestor';
import { type Order, OrderNumber, Orders, Refund } from '../orders.js';

/** EUR up to which nobody has to look. */
const smallAmount = 50;

/** What a model may do with orders. Called from a run, each method passes the gate. */
@Injectable()
export class OrderTools {
  constructor(private readonly orders: Orders) {}

  @Tool({ description: 'Finds an order by its number, such as MB-1001.', effect: 'none' })
  async findOrder({ number }: OrderNumber): Promise<Order | string> {
    return this.orders.find(number) ?? `There is no order ${number}.`;
  }

  @Tool({ description: 'Pays money back for an order.', effect: 'irreversible' })
  @HumanReview({ when: ({ args }) => args.euros > smallAmount, roles: ['support-lead'], form: Refund })
  async payBack(refund: Refund): Promise<Order> {
    return this.orders.refund(refund);
  }
}

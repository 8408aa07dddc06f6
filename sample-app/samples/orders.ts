import { Injectable } from '@nestjs/common';
import { IsNumber, IsPositive, IsString } from 'class-validator';
import { NotPerformedError } from 'nestjs-nestor';

/** An order by its number. */
export class OrderNumber {
  @IsString()
  number!: string;
}

/** Money that goes back for an order. */
export class Refund {
  @IsString()
  number!: string;

  @IsNumber()
  @IsPositive()
  euros!: number;
}

export interface Order {
  readonly number: string;
  readonly item: string;
  readonly euros: number;
  refunded: number;
}

/** The orders of the shop. An application would have them in its database. */
@Injectable()
export class Orders {
  private readonly all: readonly Order[] = [
    { number: 'MB-1001', item: 'Moisture sensor', euros: 29, refunded: 0 },
    { number: 'MB-1002', item: 'Greenhouse kit', euros: 240, refunded: 0 },
  ];

  find(number: string): Order | undefined {
    return this.all.find((order) => order.number === number);
  }

  /** @throws {NotPerformedError} if it was not paid so much; nothing goes back then */
  refund({ number, euros }: Refund): Order {
    const order = this.find(number);
    if (!order || order.refunded + euros > order.euros)
      throw new NotPerformedError(`${euros} EUR were never paid for the order ${number}.`);
    order.refunded += euros;
    return order;
  }
}

import { IsBoolean, IsIn, IsNotEmpty, IsNumber, IsString, Matches, MaxLength, Min } from 'class-validator';

/** What an order is asked for by: `MB-76804`. */
export class OrderQuery {
  @Matches(/^MB-\d{4,}$/, { message: 'number must be like MB-76804' })
  number!: string;
}

/** What a model learns of an order: no names and no addresses. */
export class OrderFacts {
  @IsString()
  number!: string;

  @IsString()
  item!: string;

  @IsNumber()
  priceEur!: number;

  /** A day, or nothing while it is on its way. */
  deliveredAt!: string | null;

  /** The day on which it reached the warehouse again. */
  returnedAt!: string | null;

  @IsNumber()
  refundedEur!: number;
}

export class ArticleQuery {
  /** English words. */
  @IsString()
  @IsNotEmpty()
  words!: string;
}

export class RefundRequest extends OrderQuery {
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0.01)
  amountEur!: number;

  /** For the person who may have to approve it. */
  @IsString()
  @MaxLength(500)
  reason!: string;
}

/** What the agent has come to. */
export class RefundDecision {
  @IsIn(['refunded', 'refused', 'unclear'])
  decision!: 'refunded' | 'refused' | 'unclear';

  @IsNumber()
  @Min(0)
  amountEur!: number;

  /** To the customer. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(5_000)
  reply!: string;
}

/** What became of a ticket about a refund. */
export class RefundOutcome {
  @IsString()
  ticketId!: string;

  @IsIn(['refunded', 'refused', 'unclear'])
  decision!: RefundDecision['decision'];

  @IsNumber()
  amountEur!: number;

  /** Which condition ended the agent. */
  @IsString()
  stoppedBy!: string;

  @IsBoolean()
  answered!: boolean;
}

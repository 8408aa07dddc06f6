import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a customer has bought, as far as a refund depends on it. */
@Entity('support_orders')
export class Order {
  @PrimaryColumn('text', { name: 'number' })
  number!: string;

  /** The shop that has sold it. */
  @Column('text', { name: 'tenant' })
  tenant!: string;

  @Column('text', { name: 'item' })
  item!: string;

  @Column('integer', { name: 'price_cents' })
  priceCents!: number;

  @Column('date', { name: 'delivered_at', nullable: true })
  deliveredAt!: string | null;

  /** When it reached the warehouse again. */
  @Column('date', { name: 'returned_at', nullable: true })
  returnedAt!: string | null;

  @Column('integer', { name: 'refunded_cents', default: 0 })
  refundedCents!: number;
}

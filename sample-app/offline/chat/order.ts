/** An order, as the tools of the application give it. */
export interface Order {
  readonly number: string;
  readonly item: string;
  readonly priceEur: number;
  readonly deliveredAt: string | null;
  readonly returnedAt: string | null;
  readonly refundedEur: number;
}

export function orderIn(result: string): Order {
  return JSON.parse(result) as Order;
}

/** Where its device is. */
export function stateOf({ number, item, deliveredAt, returnedAt }: Order): string {
  const where =
    returnedAt === null
      ? deliveredAt === null
        ? 'is on its way to you'
        : `was delivered on ${deliveredAt}`
      : `came back to us on ${returnedAt}`;
  return `${item} (${number}) ${where}.`;
}

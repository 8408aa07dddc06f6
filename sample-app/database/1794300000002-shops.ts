import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of before are those of the first shop. */
const up = [
  `ALTER TABLE "support_tickets" ADD "tenant" text NOT NULL DEFAULT 'mossbell'`,
  `ALTER TABLE "support_tickets" ALTER "tenant" DROP DEFAULT`,
  `ALTER TABLE "support_tickets" DROP CONSTRAINT "support_tickets_pkey"`,
  `ALTER TABLE "support_tickets" ADD CONSTRAINT "support_tickets_pkey" PRIMARY KEY ("tenant", "id")`,
  `ALTER TABLE "support_orders" ADD "tenant" text NOT NULL DEFAULT 'mossbell'`,
  `ALTER TABLE "support_orders" ALTER "tenant" DROP DEFAULT`,
];

const down = [
  `ALTER TABLE "support_orders" DROP COLUMN "tenant"`,
  `ALTER TABLE "support_tickets" DROP CONSTRAINT "support_tickets_pkey"`,
  `ALTER TABLE "support_tickets" DROP COLUMN "tenant"`,
  `ALTER TABLE "support_tickets" ADD CONSTRAINT "support_tickets_pkey" PRIMARY KEY ("id")`,
];

/** Two shops instead of one: tickets and orders are of one of them. */
export class Shops1794300000002 implements MigrationInterface {
  readonly name = 'Shops1794300000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

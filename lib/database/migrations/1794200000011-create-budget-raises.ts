import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
  `CREATE TABLE "orchestration_budget_raise" (
    "id" uuid NOT NULL,
    "owner" varchar NOT NULL,
    "raises" json NOT NULL,
    "actor" varchar NOT NULL,
    "reason" text,
    "at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_budget_raise_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "orchestration_budget_raise_owner" ON "orchestration_budget_raise" ("owner", "at")`,
];

/** Who has raised budgets that many runs share. The id makes a raise that is sent twice count once. */
export class CreateBudgetRaises implements MigrationInterface {
  readonly name = 'OrchestrationCreateBudgetRaises1794200000011';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP TABLE "orchestration_budget_raise"');
    });
  }
}

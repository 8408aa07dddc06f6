import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

// Sorted by code units, in all databases: all processes lock in one order.
const account = `"owner" varchar COLLATE "C" NOT NULL,
    "unit" varchar COLLATE "C" NOT NULL,
    "window" varchar COLLATE "C" NOT NULL`;

// Few rows that are written often: with much room in each page, a new version lies beside the former one, and no index changes.
const roomy = 'WITH (fillfactor = 10)';

const statements = [
  `CREATE TABLE "orchestration_budget" (
    ${account},
    "lim" bigint NOT NULL DEFAULT 0,
    "raised" bigint NOT NULL DEFAULT 0,
    "used" bigint NOT NULL DEFAULT 0,
    "reserved" bigint NOT NULL DEFAULT 0,
    "warned" boolean NOT NULL DEFAULT false,
    CONSTRAINT "orchestration_budget_pkey" PRIMARY KEY ("owner", "unit", "window")
  ) ${roomy}`,
  `CREATE TABLE "orchestration_hold" (
    ${account},
    "worker_id" uuid NOT NULL,
    "reserved" bigint NOT NULL DEFAULT 0,
    CONSTRAINT "orchestration_hold_pkey" PRIMARY KEY ("owner", "unit", "window", "worker_id")
  ) ${roomy}`,
  `CREATE TABLE "orchestration_settled" (
    "worker_id" uuid NOT NULL,
    ${account},
    "estimate" bigint NOT NULL DEFAULT 0,
    "actual" bigint NOT NULL DEFAULT 0,
    CONSTRAINT "orchestration_settled_pkey" PRIMARY KEY ("worker_id", "owner", "unit", "window")
  ) ${roomy}`,
  `CREATE TABLE "orchestration_ledger" (
    "worker_id" uuid NOT NULL,
    "batch" bigint NOT NULL,
    CONSTRAINT "orchestration_ledger_pkey" PRIMARY KEY ("worker_id")
  ) ${roomy}`,
];

/** Budgets that many runs share. */
export class CreateBudgets implements MigrationInterface {
  readonly name = 'OrchestrationCreateBudgets1794200000008';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(
        'DROP TABLE "orchestration_ledger", "orchestration_settled", "orchestration_hold", "orchestration_budget"',
      );
    });
  }
}

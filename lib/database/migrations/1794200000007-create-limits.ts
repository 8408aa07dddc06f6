import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
  `CREATE TABLE "orchestration_limit" (
    "name" varchar NOT NULL,
    "generation" bigint NOT NULL,
    "value" json,
    "changed_at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_limit_pkey" PRIMARY KEY ("name")
  )`,
  `CREATE TABLE "orchestration_kill_switch_change" (
    "generation" bigint NOT NULL,
    "target" json NOT NULL,
    "mode" varchar,
    "reason" text NOT NULL,
    "actor" varchar NOT NULL,
    "at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_kill_switch_change_pkey" PRIMARY KEY ("generation")
  )`,
  `ALTER TABLE "orchestration_run" ADD "waits_for" jsonb`,
  `CREATE INDEX "orchestration_run_limited" ON "orchestration_run" ("id") WHERE "waits_for" IS NOT NULL`,
];

/** Limits that hold for many runs, and the runs that wait for them. */
export class CreateLimits implements MigrationInterface {
  readonly name = 'OrchestrationCreateLimits1794200000007';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('ALTER TABLE "orchestration_run" DROP COLUMN "waits_for"');
      await runner.query('DROP TABLE "orchestration_kill_switch_change", "orchestration_limit"');
    });
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
  `ALTER TABLE "orchestration_review"
    ADD "guardrail" varchar,
    ADD "claimed_until" timestamptz,
    ADD "escalation" jsonb NOT NULL DEFAULT '[]',
    ADD "remind_every" double precision,
    ADD "remind_at" timestamptz`,
  `UPDATE "orchestration_review"
    SET "escalation" = jsonb_build_array(jsonb_build_object('roles', to_jsonb("escalate_to"), 'users', '[]'::jsonb))
    WHERE "on_timeout" = 'escalate' AND cardinality("escalate_to") > 0`,
  `ALTER TABLE "orchestration_review" DROP COLUMN "escalate_to"`,
  `CREATE INDEX "orchestration_review_reminding" ON "orchestration_review" ("remind_at") WHERE "status" = 'open' AND "remind_at" IS NOT NULL`,
  `CREATE INDEX "orchestration_review_open_of" ON "orchestration_review" ("tenant", "started_by") WHERE "status" = 'open'`,
  `CREATE INDEX "orchestration_review_created" ON "orchestration_review" USING brin ("created_at")`,
];

const undone = [
  `DROP INDEX "orchestration_review_created"`,
  `DROP INDEX "orchestration_review_open_of"`,
  `DROP INDEX "orchestration_review_reminding"`,
  `ALTER TABLE "orchestration_review" ADD "escalate_to" text[] NOT NULL DEFAULT '{}'`,
  `UPDATE "orchestration_review"
    SET "escalate_to" = ARRAY(SELECT jsonb_array_elements_text("escalation"->0->'roles'))
    WHERE jsonb_array_length("escalation") > 0`,
  `ALTER TABLE "orchestration_review"
    DROP COLUMN "guardrail", DROP COLUMN "claimed_until", DROP COLUMN "escalation",
    DROP COLUMN "remind_every", DROP COLUMN "remind_at"`,
];

/** Reviews as work: claims that end, chains of escalation, reminders, and by which guardrail they were wanted. */
export class ReviewWork implements MigrationInterface {
  readonly name = 'OrchestrationReviewWork1794200000010';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of undone) await runner.query(statement);
    });
  }
}

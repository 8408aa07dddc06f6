import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
  // Those of before: who has started it. What else has shaped them is not told.
  `ALTER TABLE "orchestration_run" ADD "shaped_by" jsonb NOT NULL DEFAULT '[]'`,
  `UPDATE "orchestration_run" SET "shaped_by" = jsonb_build_array("principal"->>'id') WHERE "principal"->>'id' IS NOT NULL AND "finished_at" IS NULL`,
];

/** Who has shaped a run: they do not decide its reviews. */
export class AddShapedBy implements MigrationInterface {
  readonly name = 'OrchestrationAddShapedBy1794200000006';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('ALTER TABLE "orchestration_run" DROP COLUMN "shaped_by"');
    });
  }
}

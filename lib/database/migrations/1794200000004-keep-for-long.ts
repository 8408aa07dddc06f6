import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

/** Not every server has lz4; those that don't keep their own way, which is slower and as good. */
const compress = `
  DO $compress$
  BEGIN
    EXECUTE 'ALTER TABLE "orchestration_audit_record" ALTER COLUMN "payload" SET COMPRESSION lz4';
  EXCEPTION WHEN feature_not_supported OR invalid_parameter_value OR syntax_error THEN
    NULL;
  END
  $compress$`;

/** For tables that grow for years: large payloads are compressed quickly, and retention finds old runs without reading all. */
export class KeepForLong implements MigrationInterface {
  readonly name = 'OrchestrationKeepForLong1794200000004';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(compress);
      // Runs end about in the order in which they lie in the table, so that a few bytes for many pages say enough; an
      // entry for each run would cost every end of a run a write.
      await runner.query(
        `CREATE INDEX "orchestration_run_finished" ON "orchestration_run" USING brin ("finished_at") WITH (pages_per_range = 16)`,
      );
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(`DROP INDEX "orchestration_run_finished"`);
    });
  }
}

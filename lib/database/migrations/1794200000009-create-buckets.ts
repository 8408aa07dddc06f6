import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

/** Buckets of rate limits. Few rows that are written often: with room for the next version beside the former one. */
export class CreateBuckets implements MigrationInterface {
  readonly name = 'OrchestrationCreateBuckets1794200000009';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(`CREATE TABLE "orchestration_bucket" (
        "key" varchar COLLATE "C" NOT NULL,
        "level" double precision NOT NULL,
        "at" timestamptz NOT NULL,
        CONSTRAINT "orchestration_bucket_pkey" PRIMARY KEY ("key")
      ) WITH (fillfactor = 10)`);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP TABLE "orchestration_bucket"');
    });
  }
}

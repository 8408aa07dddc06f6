import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
  `CREATE TABLE "orchestration_memory" (
    "id" uuid NOT NULL,
    "tenant" varchar NOT NULL,
    "scope" varchar NOT NULL,
    "owner" varchar NOT NULL,
    "about" varchar NOT NULL,
    "body" text NOT NULL,
    "trusted" boolean NOT NULL,
    "origin" json NOT NULL,
    "remembered_at" timestamptz NOT NULL,
    "expires_at" timestamptz,
    CONSTRAINT "orchestration_memory_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "orchestration_memory_listed" ON "orchestration_memory" ("tenant", "scope", "owner", "about", "remembered_at")`,
  `CREATE INDEX "orchestration_memory_about" ON "orchestration_memory" ("tenant", "about")`,
  `CREATE INDEX "orchestration_memory_expiry" ON "orchestration_memory" ("expires_at")`,
];

/** What is remembered between runs. */
export class CreateMemory implements MigrationInterface {
  readonly name = 'OrchestrationCreateMemory1794200000013';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP TABLE "orchestration_memory"');
    });
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from '../in-schema.js';

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
  `CREATE TABLE "orchestration_prompt_pin" (
    "id" uuid NOT NULL,
    "name" varchar NOT NULL,
    "version" varchar,
    "reason" varchar,
    "actor" varchar NOT NULL,
    "at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_prompt_pin_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "orchestration_prompt_pin_name" ON "orchestration_prompt_pin" ("name", "at")`,
  `CREATE TABLE "orchestration_cache_entry" (
    "key" bytea NOT NULL,
    "scope" varchar NOT NULL,
    "tenant" varchar NOT NULL,
    "owner" varchar NOT NULL,
    "kind" varchar NOT NULL,
    "name" varchar NOT NULL,
    "run_id" uuid NOT NULL,
    "call" varchar NOT NULL,
    "result" json NOT NULL,
    "usage" json NOT NULL,
    "bytes" integer NOT NULL,
    "created_at" timestamptz NOT NULL,
    "expires_at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_cache_entry_pkey" PRIMARY KEY ("key")
  )`,
  `CREATE INDEX "orchestration_cache_entry_expiry" ON "orchestration_cache_entry" ("expires_at")`,
  `CREATE INDEX "orchestration_cache_entry_created" ON "orchestration_cache_entry" ("created_at")`,
  `CREATE INDEX "orchestration_cache_entry_run" ON "orchestration_cache_entry" ("run_id")`,
];

/** What is remembered between runs, versions of prompts that were pinned at run time, and results that are given again. */
export class CreateContext implements MigrationInterface {
  readonly name = 'OrchestrationCreateContext1794200000013';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(
        'DROP TABLE "orchestration_cache_entry", "orchestration_prompt_pin", "orchestration_memory"',
      );
    });
  }
}

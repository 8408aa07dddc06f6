import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
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
];

/** Versions of prompts that were pinned at run time. */
export class CreatePromptPin implements MigrationInterface {
  readonly name = 'OrchestrationCreatePromptPin1794200000014';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP TABLE "orchestration_prompt_pin"');
    });
  }
}

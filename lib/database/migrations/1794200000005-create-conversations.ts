import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const statements = [
  `CREATE TABLE "orchestration_conversation" (
    "key" uuid NOT NULL,
    "tenant" varchar NOT NULL,
    "owner" varchar NOT NULL,
    "id" varchar NOT NULL,
    "title" varchar,
    "metadata" json,
    "last_position" integer NOT NULL DEFAULT 0,
    "summary" text,
    "summary_until" integer,
    "held_by" uuid,
    "held_call" varchar,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_conversation_pkey" PRIMARY KEY ("key")
  )`,
  `CREATE UNIQUE INDEX "orchestration_conversation_id" ON "orchestration_conversation" ("tenant", "id")`,
  `CREATE INDEX "orchestration_conversation_listed" ON "orchestration_conversation" ("tenant", "owner", "updated_at", "key")`,
  `CREATE TABLE "orchestration_message" (
    "conversation" uuid NOT NULL,
    "position" integer NOT NULL,
    "id" varchar NOT NULL,
    "call" varchar,
    "ordinal" integer NOT NULL,
    "run_id" uuid,
    "body" json NOT NULL,
    "agent" varchar,
    "agent_input" json,
    "created_at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_message_pkey" PRIMARY KEY ("conversation", "position")
  )`,
  `CREATE UNIQUE INDEX "orchestration_message_id" ON "orchestration_message" ("conversation", "id")`,
  `CREATE UNIQUE INDEX "orchestration_message_call" ON "orchestration_message" ("conversation", "call", "ordinal")`,
];

/** Threads of messages, which outlive the runs that write into them. */
export class CreateConversations implements MigrationInterface {
  readonly name = 'OrchestrationCreateConversations1794200000005';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP TABLE "orchestration_message", "orchestration_conversation"');
    });
  }
}

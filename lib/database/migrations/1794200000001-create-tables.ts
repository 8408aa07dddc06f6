import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from './in-schema.js';

const tables = [
  // What changes stands together at the end: an update's entry in the WAL has everything from the first to the last byte
  // that differs.
  `CREATE TABLE "orchestration_run" (
    "id" uuid NOT NULL,
    "workflow" varchar NOT NULL,
    "version" varchar NOT NULL,
    "definition_hash" varchar NOT NULL,
    "input_hash" bytea NOT NULL,
    "created_at" timestamptz NOT NULL,
    "format" smallint NOT NULL,
    "priority" integer NOT NULL DEFAULT 0,
    "parent_run_id" uuid,
    "principal" json,
    "tenant" varchar,
    "tags" text[] NOT NULL DEFAULT '{}',
    "correlation_id" varchar,
    "idempotency_key" varchar,
    "usage" json NOT NULL,
    "inbox_pending" integer NOT NULL DEFAULT 0,
    "recovery_count" integer NOT NULL DEFAULT 0,
    "lease_epoch" integer NOT NULL DEFAULT 0,
    "seq" integer NOT NULL,
    "head_hash" bytea NOT NULL,
    "worker_id" uuid,
    "status" varchar NOT NULL,
    "wake_at" timestamptz,
    "finished_at" timestamptz,
    CONSTRAINT "orchestration_run_status" CHECK ("status" IN ('pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')),
    CONSTRAINT "orchestration_run_pkey" PRIMARY KEY ("id")
  )`,
  // Room on each page for the next version of a row, so that an update stays on its page (HOT).
  `ALTER TABLE "orchestration_run" SET (fillfactor = 50)`,
  `CREATE INDEX "orchestration_run_listed" ON "orchestration_run" ("created_at", "id")`,
  `CREATE INDEX "orchestration_run_open" ON "orchestration_run" ("status") WHERE "finished_at" IS NULL`,
  `CREATE INDEX "orchestration_run_due" ON "orchestration_run" ("wake_at") WHERE "wake_at" IS NOT NULL`,
  `CREATE INDEX "orchestration_run_held" ON "orchestration_run" ("worker_id") WHERE "worker_id" IS NOT NULL`,
  `CREATE INDEX "orchestration_run_parent" ON "orchestration_run" ("parent_run_id") WHERE "parent_run_id" IS NOT NULL`,
  `CREATE UNIQUE INDEX "orchestration_run_idempotency" ON "orchestration_run" ("workflow", coalesce("tenant", ''), "idempotency_key") WHERE "idempotency_key" IS NOT NULL`,
  `CREATE TABLE "orchestration_audit_record" (
    "run_id" uuid NOT NULL,
    "at" timestamptz NOT NULL,
    "seq" integer NOT NULL,
    "iteration" integer,
    "item" integer,
    "attempt" integer,
    "type" varchar NOT NULL,
    "step" varchar,
    "call" varchar,
    "actor_kind" varchar NOT NULL,
    "actor_id" varchar NOT NULL,
    "salt" uuid,
    "payload_hash" bytea NOT NULL,
    "hash" bytea NOT NULL,
    "payload" json,
    CONSTRAINT "orchestration_audit_record_pkey" PRIMARY KEY ("run_id", "seq")
  )`,
  `CREATE INDEX "orchestration_audit_record_at" ON "orchestration_audit_record" USING brin ("at")`,
  `CREATE TABLE "orchestration_review" (
    "id" varchar NOT NULL,
    "run_id" uuid NOT NULL,
    "workflow" varchar NOT NULL,
    "tenant" varchar,
    "started_by" varchar,
    "step" varchar,
    "iteration" integer,
    "item" integer,
    "attempt" integer,
    "call" varchar,
    "subject" varchar,
    "stage" varchar NOT NULL DEFAULT 'before',
    "kind" varchar NOT NULL,
    "status" varchar NOT NULL DEFAULT 'open',
    "proposed" json,
    "proposed_hash" varchar NOT NULL,
    "cause" text,
    "title" text,
    "instructions" text,
    "roles" text[] NOT NULL DEFAULT '{}',
    "users" text[] NOT NULL DEFAULT '{}',
    "quorum" integer NOT NULL DEFAULT 1,
    "separation_of_duties" boolean NOT NULL DEFAULT true,
    "choices" text[] NOT NULL DEFAULT '{}',
    "form" json,
    "expires_at" timestamptz,
    "on_timeout" varchar NOT NULL DEFAULT 'reject',
    "escalate_to" text[] NOT NULL DEFAULT '{}',
    "claimed_by" varchar,
    "decisions" jsonb NOT NULL DEFAULT '[]',
    "comments" jsonb NOT NULL DEFAULT '[]',
    "choice" varchar,
    "reason" text,
    "value" json,
    "decided_by" varchar,
    "decided_at" timestamptz,
    "created_at" timestamptz NOT NULL,
    "version" integer NOT NULL DEFAULT 1,
    CONSTRAINT "orchestration_review_status" CHECK ("status" IN ('open', 'decided', 'expired', 'replaced')),
    CONSTRAINT "orchestration_review_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "orchestration_review_run" ON "orchestration_review" ("run_id")`,
  `CREATE INDEX "orchestration_review_open" ON "orchestration_review" ("created_at") WHERE "status" = 'open'`,
  `CREATE INDEX "orchestration_review_expiring" ON "orchestration_review" ("expires_at") WHERE "status" = 'open' AND "expires_at" IS NOT NULL`,
  `CREATE TABLE "orchestration_inbox" (
    "id" varchar NOT NULL,
    "run_id" uuid NOT NULL,
    "position" bigserial NOT NULL,
    "actor_kind" varchar NOT NULL,
    "actor_id" varchar NOT NULL,
    "at" timestamptz NOT NULL,
    "body" json NOT NULL,
    CONSTRAINT "orchestration_inbox_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "orchestration_inbox_run" ON "orchestration_inbox" ("run_id", "position")`,
  `CREATE TABLE "orchestration_blob" (
    "run_id" uuid NOT NULL,
    "hash" bytea NOT NULL,
    "bytes" bytea NOT NULL,
    CONSTRAINT "orchestration_blob_pkey" PRIMARY KEY ("run_id", "hash")
  )`,
  // Pictures and documents are compressed already.
  `ALTER TABLE "orchestration_blob" ALTER COLUMN "bytes" SET STORAGE EXTERNAL`,
  `CREATE TABLE "orchestration_worker" (
    "id" uuid NOT NULL,
    "host" varchar NOT NULL,
    "process_id" integer NOT NULL,
    "started_at" timestamptz NOT NULL,
    "heartbeat_at" timestamptz NOT NULL,
    "lock_key" integer,
    "in_flight" json,
    CONSTRAINT "orchestration_worker_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE TABLE "orchestration_expired_run" (
    "run_id" uuid NOT NULL,
    "head_hash" bytea NOT NULL,
    "records" integer NOT NULL,
    "expired_at" timestamptz NOT NULL,
    CONSTRAINT "orchestration_expired_run_pkey" PRIMARY KEY ("run_id")
  )`,
];

/** The tables, as they were in the first release. */
export class CreateTables implements MigrationInterface {
  readonly name = 'OrchestrationCreateTables1794200000001';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of tables) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(
        'DROP TABLE "orchestration_expired_run", "orchestration_worker", "orchestration_blob", "orchestration_inbox", "orchestration_review", "orchestration_audit_record", "orchestration_run"',
      );
    });
  }
}

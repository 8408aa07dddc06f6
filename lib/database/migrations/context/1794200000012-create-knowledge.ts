import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from '../in-schema.js';

const statements = [
  `CREATE TABLE "orchestration_document" (
    "id" uuid NOT NULL,
    "base" varchar NOT NULL,
    "tenant" varchar NOT NULL,
    "shared" boolean NOT NULL,
    "uri" text NOT NULL,
    "title" text,
    "media_type" varchar NOT NULL,
    "language" varchar NOT NULL,
    "roles" text[],
    "trusted" boolean NOT NULL,
    "metadata" jsonb NOT NULL,
    "hash" bytea NOT NULL,
    "version" integer NOT NULL,
    "ingested_at" timestamptz NOT NULL,
    "ingested_by" varchar,
    CONSTRAINT "orchestration_document_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "orchestration_document_uri" ON "orchestration_document" ("base", "tenant", "shared", "uri")`,
  `CREATE TABLE "orchestration_chunk" (
    "id" uuid NOT NULL,
    "document_id" uuid NOT NULL,
    "ordinal" integer NOT NULL,
    "headings" text[] NOT NULL,
    "body" text NOT NULL,
    "tokens" integer NOT NULL,
    "search" tsvector NOT NULL,
    CONSTRAINT "orchestration_chunk_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE UNIQUE INDEX "orchestration_chunk_document" ON "orchestration_chunk" ("document_id", "ordinal")`,
  `CREATE TABLE "orchestration_chunk_vector" (
    "chunk_id" uuid NOT NULL,
    "model" varchar NOT NULL,
    "vector" bytea NOT NULL,
    CONSTRAINT "orchestration_chunk_vector_pkey" PRIMARY KEY ("chunk_id", "model")
  )`,
  `CREATE INDEX "orchestration_chunk_search" ON "orchestration_chunk" USING gin ("search")`,
];

/** Documents of knowledge bases, the chunks that are searched, and their vectors: numbers of 32 bits, of unit length. */
export class CreateKnowledge implements MigrationInterface {
  readonly name = 'OrchestrationCreateKnowledge1794200000012';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      for (const statement of statements) await runner.query(statement);
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(
        'DROP TABLE "orchestration_chunk_vector", "orchestration_chunk", "orchestration_document"',
      );
    });
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const searchExpression =
  "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')";

const articles = [
  `CREATE TABLE "support_articles" (
    "slug" text NOT NULL,
    "title" text NOT NULL,
    "topic" text NOT NULL,
    "body" text NOT NULL,
    "checksum" text NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (${searchExpression}) STORED,
    CONSTRAINT "support_articles_pkey" PRIMARY KEY ("slug")
  )`,
  `CREATE INDEX "support_articles_search" ON "support_articles" USING gin ("search")`,
];

const up = [
  ...articles,
  `CREATE TABLE "support_cases" (
    "number" integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    "key" text NOT NULL,
    "topic" text NOT NULL,
    "summary" text NOT NULL,
    "status" text NOT NULL DEFAULT 'open',
    "opened_at" timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT "support_cases_key" UNIQUE ("key"),
    CONSTRAINT "support_cases_pkey" PRIMARY KEY ("number")
  )`,
  `CREATE TABLE "support_outbox" (
    "id" uuid NOT NULL,
    "recipient" text NOT NULL,
    "subject" text NOT NULL,
    "body" text NOT NULL,
    "sent_at" timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT "support_outbox_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE TABLE "support_tickets" (
    "id" text NOT NULL,
    "received_at" timestamptz NOT NULL,
    "channel" text NOT NULL,
    "name" text NOT NULL,
    "email" text NOT NULL,
    "subject" text NOT NULL,
    "body" text NOT NULL,
    "run_id" uuid NOT NULL,
    CONSTRAINT "support_tickets_pkey" PRIMARY KEY ("id")
  )`,
  `CREATE INDEX "support_tickets_run" ON "support_tickets" ("run_id")`,
  `CREATE TABLE "support_orders" (
    "number" text NOT NULL,
    "item" text NOT NULL,
    "price_cents" integer NOT NULL,
    "delivered_at" date,
    "returned_at" date,
    "refunded_cents" integer NOT NULL DEFAULT 0,
    CONSTRAINT "support_orders_pkey" PRIMARY KEY ("number")
  )`,
];

const tables = ['support_orders', 'support_tickets', 'support_outbox', 'support_cases', 'support_articles'];

/** TypeORM remembers the expression of a generated column there; without the row it would make the column again. */
async function rememberSearch(runner: QueryRunner): Promise<void> {
  await runner.query(
    `INSERT INTO "typeorm_metadata" ("database", "schema", "table", "type", "name", "value")
     VALUES (current_database(), current_schema(), 'support_articles', 'GENERATED_COLUMN', 'search', $1)`,
    [searchExpression],
  );
}

/** The table of help pages as it was until the knowledge base. */
export async function createArticles(runner: QueryRunner): Promise<void> {
  for (const statement of articles) await runner.query(statement);
  await rememberSearch(runner);
}

export class SupportTables1794300000001 implements MigrationInterface {
  readonly name = 'SupportTables1794300000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
    await rememberSearch(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP TABLE "${table}"`);
    await runner.query(`DELETE FROM "typeorm_metadata" WHERE "table" = 'support_articles'`);
  }
}

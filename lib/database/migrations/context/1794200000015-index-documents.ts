import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from '../in-schema.js';

/** Searches of large knowledge bases: which languages a base has, and which documents have some metadata. */
export class IndexDocuments implements MigrationInterface {
  readonly name = 'OrchestrationIndexDocuments1794200000015';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query(
        'CREATE INDEX "orchestration_document_language" ON "orchestration_document" ("base", "language")',
      );
      await runner.query(
        'CREATE INDEX "orchestration_document_metadata" ON "orchestration_document" USING gin ("metadata" jsonb_path_ops)',
      );
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP INDEX "orchestration_document_metadata"');
      await runner.query('DROP INDEX "orchestration_document_language"');
    });
  }
}

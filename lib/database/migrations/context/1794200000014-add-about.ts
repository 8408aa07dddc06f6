import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inSchema } from '../in-schema.js';

/** Whom documents of knowledge bases are about: they go with that person. */
export class AddAbout implements MigrationInterface {
  readonly name = 'OrchestrationAddAbout1794200000014';

  async up(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('ALTER TABLE "orchestration_document" ADD COLUMN "about" varchar');
      await runner.query(
        'CREATE INDEX "orchestration_document_about" ON "orchestration_document" ("tenant", "about")',
      );
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await inSchema(runner, async () => {
      await runner.query('DROP INDEX "orchestration_document_about"');
      await runner.query('ALTER TABLE "orchestration_document" DROP COLUMN "about"');
    });
  }
}

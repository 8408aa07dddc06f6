import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createArticles } from './1794300000001-support-tables.js';

/** Help pages are in a knowledge base of Nestor now, which the loader fills at the next boot. */
export class DropArticles1794300000003 implements MigrationInterface {
  readonly name = 'DropArticles1794300000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "support_articles"');
    await runner.query(`DELETE FROM "typeorm_metadata" WHERE "table" = 'support_articles'`);
  }

  /** Its table comes back empty: the loader of that release fills it. */
  async down(runner: QueryRunner): Promise<void> {
    await createArticles(runner);
  }
}

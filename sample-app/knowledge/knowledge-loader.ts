import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Repository } from 'typeorm';
import { sampleFile } from '../files.js';
import { Article } from './article.entity.js';
import { type MarkdownArticle, parseArticle } from './markdown-article.js';

/** Brings the Markdown files into the database at boot. Safe to repeat, and for several instances at once. */
@Injectable()
export class KnowledgeLoader implements OnModuleInit {
  private readonly logger = new Logger(KnowledgeLoader.name);

  constructor(@InjectRepository(Article) private readonly articles: Repository<Article>) {}

  async onModuleInit(): Promise<void> {
    const changed = await this.load(sampleFile('data', 'knowledge'));
    this.logger.log(`${changed === 0 ? 'No' : changed} new or changed article${changed === 1 ? '' : 's'}`);
  }

  /** Number of articles that were written. */
  async load(folder: string): Promise<number> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).toSorted();
    const articles = await Promise.all(
      names.map(async (name) => parseArticle(name, await readFile(join(folder, name), 'utf8'))),
    );
    const written = await this.write(articles);
    await this.articles.query('DELETE FROM support_articles WHERE slug <> ALL ($1::text[])', [
      articles.map(({ slug }) => slug),
    ]);
    return written;
  }

  private async write(articles: readonly MarkdownArticle[]): Promise<number> {
    const column = (name: keyof MarkdownArticle): string[] => articles.map((article) => article[name]);
    const rows = await this.articles.query<unknown[]>(
      `INSERT INTO support_articles (slug, title, topic, body, checksum)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
       ON CONFLICT (slug) DO UPDATE
         SET title = excluded.title, topic = excluded.topic, body = excluded.body, checksum = excluded.checksum
         WHERE support_articles.checksum <> excluded.checksum
       RETURNING slug`,
      [column('slug'), column('title'), column('topic'), column('body'), column('checksum')],
    );
    return rows.length;
  }
}

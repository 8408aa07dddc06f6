import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CurrentPrincipal } from 'nestjs-nestor';
import { type IngestReport, InjectKnowledgeBase, KnowledgeBase } from 'nestjs-nestor/retrieval';
import { sampleFile } from '../files.js';
import { parseArticle } from './markdown-article.js';

/** Brings the help pages in at boot. Safe to repeat, and for several instances at once. */
@Injectable()
export class KnowledgeLoader implements OnApplicationBootstrap {
  private readonly logger = new Logger(KnowledgeLoader.name);

  constructor(
    @InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase,
    private readonly current: CurrentPrincipal,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { added, changed, unchanged, removed } = await this.load(sampleFile('data', 'knowledge'));
    this.logger.log(
      `Help pages: ${added} new, ${changed} changed, ${unchanged} as they were, ${removed} taken out`,
    );
  }

  async load(folder: string): Promise<IngestReport & { readonly removed: number }> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).toSorted();
    const documents = await Promise.all(
      names.map(async (name) => parseArticle(name, await readFile(join(folder, name), 'utf8'))),
    );
    const loader = { name: 'knowledge-loader', reason: 'the help pages of this release' };
    return this.current.asSystem(loader, async () => {
      const report = await this.articles.ingest(documents);
      return { ...report, removed: await this.removeOthers(new Set(documents.map(({ uri }) => uri))) };
    });
  }

  /** Pages whose files are gone. */
  private async removeOthers(kept: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    let cursor: string | undefined;
    do {
      const page = await this.articles.list({ limit: 500, cursor });
      const gone = page.items.filter(({ uri, shared }) => shared && !kept.has(uri));
      for (const { uri } of gone) removed += Number(await this.articles.remove(uri, { shared: true }));
      cursor = page.next;
    } while (cursor !== undefined);
    return removed;
  }
}

import { Injectable } from '@nestjs/common';
import { InjectKnowledgeBase, KnowledgeBase } from 'nestjs-nestor/retrieval';

/** Reads the help pages to agents. */
@Injectable()
export class KnowledgeService {
  constructor(@InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase) {}

  /** What the pages say about something, the best first. @param most passages */
  async pages(words: string, most = 3): Promise<string> {
    const passages = await this.articles.search({ text: words, limit: most });
    return (
      passages.map(({ source, text }) => `# ${source.section ?? source.title}\n${text}`).join('\n\n') ||
      'Nothing was found.'
    );
  }
}

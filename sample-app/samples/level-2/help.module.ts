import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CurrentPrincipal } from 'nestjs-nestor';
import { KnowledgeBase, KnowledgeBaseModule, knowledgeBaseToken } from 'nestjs-nestor/retrieval';
import { sampleFile } from '../../files.js';

const help = KnowledgeBaseModule.forFeature('help');

/** Brings the help pages in at boot, for all shops. Those that are there already cost one look each. */
@Module({ imports: [help], exports: [help] })
export class HelpModule implements OnApplicationBootstrap {
  constructor(
    @Inject(knowledgeBaseToken('help')) private readonly base: KnowledgeBase,
    private readonly current: CurrentPrincipal,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const folder = sampleFile('data', 'knowledge');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
    const documents = await Promise.all(
      names.map(async (uri) => ({ uri, text: await readFile(join(folder, uri), 'utf8'), shared: true })),
    );
    await this.current.asSystem({ name: 'help', reason: 'the pages of this release' }, () =>
      this.base.ingest(documents),
    );
  }
}

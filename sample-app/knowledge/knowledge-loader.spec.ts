import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentPrincipal, OrchestrationModule } from 'nestjs-nestor';
import { type KnowledgeBase, knowledgeBaseToken, ngramEmbeddings } from 'nestjs-nestor/retrieval';
import { openTestDatabase, type TestDatabase } from '../../test/database/test-database.js';
import { sampleFile } from '../files.js';
import { KnowledgeLoader, KnowledgeModule, KnowledgeService } from './index.js';

let database: TestDatabase;
let module: TestingModule;
let articles: KnowledgeBase;
const folder = sampleFile('data', 'knowledge');

beforeAll(async () => {
  Logger.overrideLogger(['error']);
  database = await openTestDatabase();
  module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ ...database.options, migrations: [] }),
      OrchestrationModule.forRoot({ models: { providers: [ngramEmbeddings()], default: 'ngram/512' } }),
      KnowledgeModule,
    ],
  }).compile();
  await module.init();
  articles = module.get(knowledgeBaseToken('articles'), { strict: false });
});
afterAll(async () => {
  await module.close();
  await database.close();
});

/** As an agent of a shop. */
const asShop = <T>(work: () => Promise<T>) =>
  module.get(CurrentPrincipal).run({ id: 'agent', roles: [], tenant: 'harbour' }, work);
const found = (text: string) =>
  asShop(async () => (await articles.search({ text, limit: 3 })).map(({ source }) => source.uri));

describe('the help pages', () => {
  it('are found for every shop, by other words of the same stem, by misspelt ones, and in German', async () => {
    expect((await found('refunded money warehouse'))[0]).toBe('returns-and-refunds');
    expect((await found('passwrod resetting'))[0]).toBe('reset-your-password');
    expect((await found('Rücksendung Etikett'))[0]).toBe('de-ruecksendung');
  });

  it('are read to agents with their headings', async () => {
    const pages = await asShop(() => module.get(KnowledgeService).pages('refund days of the parcel', 1));
    expect(pages).toMatch(/^# Return a device and get a refund › When the money comes back\nWe refund/);
  });

  it('are more than sixty, in two languages', async () => {
    const { documents } = await asShop(() => articles.stats());
    expect(documents).toBeGreaterThanOrEqual(64);
  });
});

describe('the loader', () => {
  it('writes nothing the second time', async () => {
    const { added, changed } = await module.get(KnowledgeLoader).load(folder);
    expect({ added, changed }).toEqual({ added: 0, changed: 0 });
  });

  it('takes over a changed page', async () => {
    const changing = await mkdtemp(join(tmpdir(), 'articles-'));
    const write = (body: string) =>
      writeFile(join(changing, 'a.md'), `---\ntopic: device\n---\n\n# Animals\n\n${body}\n`);
    const loader = module.get(KnowledgeLoader);
    await write('Old text.');
    expect(await loader.load(changing)).toMatchObject({ added: 1 });
    await write('The hedgehog text.');
    expect(await loader.load(changing)).toMatchObject({ changed: 1 });
    expect((await found('hedgehogs'))[0]).toBe('a');
    await rm(changing, { recursive: true });
  });

  it('takes out a page whose file is gone', async () => {
    const shrinking = await mkdtemp(join(tmpdir(), 'articles-'));
    const write = (name: string) =>
      writeFile(join(shrinking, name), `---\ntopic: device\n---\n\n# Animals\n\nThe badger of ${name}.\n`);
    await write('a.md');
    await write('b.md');
    const loader = module.get(KnowledgeLoader);
    await loader.load(shrinking);
    expect((await found('badger')).toSorted()).toEqual(['a', 'b']);
    await rm(join(shrinking, 'a.md'));
    expect(await loader.load(shrinking)).toEqual({ added: 0, changed: 0, unchanged: 1, removed: 1 });
    expect(await found('badger')).toEqual(['b']);
    await rm(shrinking, { recursive: true });
    await loader.load(folder);
  });

  it('names the file that has no head', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'articles-'));
    await writeFile(join(broken, 'no-head.md'), '# Title\n\nText.\n');
    await expect(module.get(KnowledgeLoader).load(broken)).rejects.toThrow(/no-head\.md needs a head/);
    await rm(broken, { recursive: true });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '../../test/database/test-database.js';
import { SupportTables1794300000001 } from '../database/1794300000001-support-tables.js';
import { sampleFile } from '../files.js';
import { Article } from './article.entity.js';
import { KnowledgeLoader } from './knowledge-loader.js';
import { KnowledgeService } from './knowledge.service.js';

let database: TestDatabase;
let loader: KnowledgeLoader;
let knowledge: KnowledgeService;
const folder = sampleFile('data', 'knowledge');

beforeAll(async () => {
  database = await openTestDatabase({ entities: [Article], migrations: [SupportTables1794300000001] });
  const articles = database.dataSource.getRepository(Article);
  loader = new KnowledgeLoader(articles);
  knowledge = new KnowledgeService(articles);
  await loader.load(folder);
});
afterAll(() => database.close());

const slugs = (hits: readonly { slug: string }[]) => hits.map(({ slug }) => slug);

describe('the knowledge base', () => {
  it('finds articles by any of the terms, in any form of the word, the best first', async () => {
    const [first, ...others] = await knowledge.search(['refunded', 'warehouse', 'beehive'], 'refund');
    expect(first?.slug).toBe('returns-and-refunds');
    expect(others.length).toBeLessThanOrEqual(2);
    expect(first?.rank).toBeGreaterThan(others[0]?.rank ?? 0);
  });

  it('prefers articles on the topic', async () => {
    const onPrivacy = await knowledge.search(['delete', 'account', 'export'], 'privacy');
    const onBilling = await knowledge.search(['delete', 'account', 'export'], 'billing');
    const rank = (hits: typeof onPrivacy, slug: string) => hits.find((hit) => hit.slug === slug)?.rank ?? 0;
    expect(rank(onPrivacy, 'delete-your-data') / rank(onBilling, 'delete-your-data')).toBeCloseTo(1.5);
  });

  it('finds nothing without terms, or by words that no article has, and does not fail on odd signs', async () => {
    expect(await knowledge.search([], 'other')).toEqual([]);
    expect(await knowledge.search(['beehive'], 'other')).toEqual([]);
    expect(await knowledge.search([`"'; drop & | ! :*`, '-', ''], 'other')).toEqual([]);
  });

  it('falls back to titles, and to the topic where no title fits', async () => {
    expect(slugs(await knowledge.searchTitles(['invoice'], 'other'))).toEqual(['invoices-and-vat']);
    expect(slugs(await knowledge.searchTitles(['beehive'], 'outage'))).toContain('outages-and-status');
    expect(await knowledge.searchTitles([], 'other')).toEqual([]);
  });
});

describe('the loader', () => {
  it('writes nothing the second time', async () => {
    expect(await loader.load(folder)).toBe(0);
  });

  it('takes over a changed article and drops one whose file is gone', async () => {
    const changing = await mkdtemp(join(tmpdir(), 'articles-'));
    const write = (name: string, body: string) =>
      writeFile(join(changing, name), `---\ntopic: device\n---\n\n# ${name}\n\n${body}\n`);
    await write('a.md', 'Old text.');
    await write('b.md', 'Stays.');
    await loader.load(changing);
    await rm(join(changing, 'b.md'));
    await write('a.md', 'The hedgehog text.');
    expect(await loader.load(changing)).toBe(1);
    expect(slugs(await knowledge.search(['hedgehogs'], 'other'))).toEqual(['a.md'.replace('.md', '')]);
    expect(await database.dataSource.getRepository(Article).count()).toBe(1);
    await rm(changing, { recursive: true });
    expect(await loader.load(folder)).toBeGreaterThan(12);
  });

  it('names the file that has no head', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'articles-'));
    await writeFile(join(broken, 'no-head.md'), '# Title\n\nText.\n');
    await expect(loader.load(broken)).rejects.toThrow(/no-head\.md needs a head/);
    await rm(broken, { recursive: true });
  });
});

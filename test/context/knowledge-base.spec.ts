import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Logger } from '@nestjs/common';
import fc from 'fast-check';
import {
  Agent,
  CurrentPrincipal,
  Input,
  ModelService,
  type Principal,
  RoleAccessPolicy,
  Step,
  Workflow,
} from 'nestjs-nestor';
import {
  type Document,
  type DocumentFilter,
  InjectKnowledgeBase,
  KnowledgeBase,
  KnowledgeBaseModule,
  knowledgeBaseToken,
  retrievalTool,
} from 'nestjs-nestor/retrieval';
import { KnowledgeStore, type StoredDocument } from '../../lib/context/index.js';
import { type Host, openHost, stores } from '../e2e/host.js';

let given: Document[] = [];

@Injectable()
class Importer {
  constructor(@Inject(knowledgeBaseToken('articles')) readonly articles: KnowledgeBase) {}
}

@Workflow()
class AskWorkflow {
  constructor(
    @InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase,
    private readonly models: ModelService,
  ) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt, tools: [retrievalTool(this.articles, { limit: 1 })] })).text;
  }
}

@Agent({ instructions: 'You search.', tools: () => [retrievalTool('articles'), retrievalTool('elsewhere')] })
class SearchAgent {}

@Workflow()
class ImportWorkflow {
  constructor(@InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase) {}

  @Step({ retry: { attempts: 1 } })
  import(@Input() _: string) {
    return this.articles.ingest(given);
  }
}

const editor = (tenant?: string): Principal => ({
  id: 'eva',
  roles: ['editor'],
  ...(tenant === undefined ? {} : { tenant }),
});
const person = (tenant: string | undefined, ...roles: string[]): Principal => ({
  id: 'ann',
  roles,
  ...(tenant === undefined ? {} : { tenant }),
});

describe.each(stores)('a knowledge base (%s)', (store) => {
  let host: Host;
  let articles: KnowledgeBase;
  let current: CurrentPrincipal;
  let tenant: string;
  let number = 0;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(
      store,
      [Importer, ImportWorkflow, AskWorkflow, SearchAgent],
      {
        principal: () => undefined,
        access: new RoleAccessPolicy({
          platformRoles: { publisher: ['knowledge.ingest', 'knowledge.read'] },
        }),
      },
      {
        imports: [
          KnowledgeBaseModule.forFeature('articles', { access: { ingest: ['editor'] } }),
          KnowledgeBaseModule.forFeature('closed', { access: ['insider'], language: 'de' }),
        ],
      },
    );
    articles = host.t.module.get(Importer).articles;
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    tenant = `tenant-${(number += 1)}`;
  });

  const as = <T>(principal: Principal, work: () => Promise<T>) => current.run(principal, work);
  const ingest = (documents: Iterable<Document> | AsyncIterable<Document>, of = tenant) =>
    as(editor(of), () => articles.ingest(documents));
  const found = async (text: string, who = person(tenant), filter = {}) => {
    const passages = await as(who, () => articles.search({ text, limit: 50, filter }));
    return passages.map(({ source }) => source.uri).toSorted();
  };

  /** All pages. */
  const listed = async (who: Principal, filter: DocumentFilter['filter'], limit: number) => {
    const uris: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await as(who, () => articles.list({ filter, limit, cursor }));
      uris.push(...page.items.map(({ uri }) => uri));
      cursor = page.next;
    } while (cursor !== undefined);
    return uris.toSorted();
  };

  it('finds the chunks of documents that speak of something, the best first, and says where they stand', async () => {
    await ingest([
      {
        uri: 'refunds.md',
        text: '# Refunds\n\nGeneral things.\n\n## Deadlines\n\nA refund takes two weeks.',
        metadata: { topic: 'billing' },
        trust: 'trusted',
      },
      { uri: 'parcel.md', title: 'Parcels', text: 'A parcel takes three days.' },
    ]);
    const [best, ...others] = await as(person(tenant), () => articles.search('refund weeks'));
    expect(best).toMatchObject({
      text: 'A refund takes two weeks.',
      source: { uri: 'refunds.md', title: 'Refunds', section: 'Refunds › Deadlines', version: '1' },
      metadata: { topic: 'billing' },
      trust: 'trusted',
    });
    for (const { score } of others) expect(score).toBeLessThanOrEqual(best?.score ?? 0);
    expect(await found('parcel')).toEqual(['parcel.md']);
    expect(await found('beehive')).toEqual([]);
    expect(await found(`"'; drop & | ! :* \\ ''`)).toEqual([]);
  });

  it('takes in what is new or changed, and nothing twice', async () => {
    const one: Document = { uri: 'a', text: 'alpha' };
    expect(await ingest([one, { uri: 'b', text: 'beta' }])).toEqual({ added: 2, changed: 0, unchanged: 0 });
    expect(await ingest([one, { uri: 'b', text: 'gamma' }])).toEqual({ added: 0, changed: 1, unchanged: 1 });
    expect(await found('beta')).toEqual([]);
    const [passage] = await as(person(tenant), () => articles.search('gamma'));
    expect(passage?.source.version).toBe('2');
    // What does not change its chunks changes what is known of it.
    expect(await ingest([{ ...one, metadata: { topic: 'x' } }])).toMatchObject({ changed: 1 });
    expect(await found('alpha', person(tenant), { topic: 'x' })).toEqual(['a']);
    expect(await as(person(tenant), () => articles.stats())).toMatchObject({ documents: 2, chunks: 2 });
    expect(await as(editor(tenant), () => articles.remove('a'))).toBe(true);
    expect(await as(editor(tenant), () => articles.remove('a'))).toBe(false);
    expect(await found('alpha')).toEqual([]);
  });

  it('goes on where it was interrupted, without holes and doubles', async () => {
    const documents = Array.from({ length: 12 }, (_, index) => ({
      uri: `${index}`,
      text: `number ${index}`,
    }));
    async function* broken(until: number) {
      for (const [index, document] of documents.entries()) {
        if (index === until) throw new Error('the line is cut');
        yield document;
      }
    }
    for (const until of [3, 3, 7]) await expect(ingest(broken(until))).rejects.toThrow('the line is cut');
    expect(await ingest(documents)).toEqual({ added: 5, changed: 0, unchanged: 7 });
    expect(await as(person(tenant), () => articles.stats())).toMatchObject({ documents: 12, chunks: 12 });
    expect(await found('number')).toHaveLength(12);
  });

  it('holds each document once, also where several bring it in at the same time', async () => {
    const text = Array.from({ length: 60 }, (_, index) => `Sentence ${index} of many.`).join(' ');
    const reports = await Promise.all(Array.from({ length: 5 }, () => ingest([{ uri: 'a', text }])));
    expect(reports.reduce((sum, { added }) => sum + added, 0)).toBe(1);
    expect(reports.reduce((sum, { changed }) => sum + changed, 0)).toBe(0);
    const { documents, chunks } = await as(person(tenant), () => articles.stats());
    expect(documents).toBe(1);
    expect((await found('sentence')).length).toBe(chunks);
  });

  it('stores nothing where somebody else has stored the same meanwhile', async () => {
    const kept = host.t.module.get(KnowledgeStore, { strict: false });
    const document = {
      base: 'articles',
      tenant,
      shared: false,
      uri: 'a',
      title: undefined,
      about: undefined,
      mediaType: 'text/plain',
      language: 'english',
      roles: undefined,
      trusted: false,
      metadata: {},
      model: undefined,
      hash: '0'.repeat(64),
      ingestedBy: undefined,
    };
    const chunks = [{ headings: [], text: 'alpha', tokens: 2 }];
    const other = { ...document, uri: 'b' };
    const put = (...documents: StoredDocument[]) =>
      kept.put(documents.map((one) => ({ document: one, chunks })));
    expect(await put(document)).toEqual(['added']);
    expect(await put(other, document)).toEqual(['added', 'unchanged']);
    const changed = { ...document, hash: '1'.repeat(64) };
    expect(await put(other, changed)).toEqual(['unchanged', 'changed']);
    expect(await kept.hashesOf([changed, { ...other, uri: 'c' }, other])).toEqual([
      changed.hash,
      undefined,
      other.hash,
    ]);
    expect(await as(person(tenant), () => articles.stats())).toMatchObject({ documents: 2, chunks: 2 });
    const passages = await as(person(tenant), () => articles.search('alpha'));
    expect(passages.map(({ source: { uri, version } }) => [uri, version]).toSorted()).toEqual([
      ['a', '2'],
      ['b', '1'],
    ]);
  });

  it('lists its documents page by page, the newest first, as they are now', async () => {
    for (const uri of ['a', 'b', 'c', 'd', 'e']) {
      await ingest([{ uri, text: `# Title ${uri}`, metadata: { group: uri < 'd' ? 1 : 2 } }]);
      // Of one millisecond, the order is by id.
      await host.t.clock.advance(1);
    }
    await ingest([{ uri: 'b', text: 'Changed.', roles: ['lead'], about: 'eva', trust: 'trusted' }]);
    const lead = person(tenant, 'lead');
    const names = (which: DocumentFilter) =>
      as(lead, async () => (await articles.list(which)).items.map(({ uri }) => uri));
    expect(await names({})).toEqual(['b', 'e', 'd', 'c', 'a']);
    expect(await names({ filter: { group: 1 } })).toEqual(['c', 'a']);
    const first = await as(lead, () => articles.list({ limit: 2 }));
    expect(await names({ limit: 2, cursor: first.next })).toEqual(['d', 'c']);
    expect(first.items).toEqual([
      {
        uri: 'b',
        version: '2',
        tenant,
        shared: false,
        roles: ['lead'],
        trust: 'trusted',
        about: 'eva',
        metadata: {},
        ingestedAt: expect.any(Date),
        ingestedBy: 'eva',
      },
      {
        uri: 'e',
        title: 'Title e',
        version: '1',
        tenant,
        shared: false,
        trust: 'untrusted',
        metadata: { group: 2 },
        ingestedAt: expect.any(Date),
        ingestedBy: 'eva',
      },
    ]);
    expect(await as(person(tenant), async () => (await articles.list()).items.length)).toBe(4);
  });

  it.each([
    [{ limit: 0 }, 'filter.limit has to be a whole number from 1 to 1000.'],
    [{ filter: [] }, 'filter.filter has to be an object: names and values of metadata.'],
    [{ cursor: 'x' }, "'x' is not a cursor"],
    [{ topic: 'x' }, 'filter.topic is not an option.'],
  ])('does not list by %j', async (wrong, problem) => {
    await expect(as(person(tenant), () => articles.list(wrong as never))).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining(problem),
    });
  });

  it('can be filled by a step', async () => {
    given = [{ uri: 'a', text: 'alpha' }];
    const run = await host.t.run(ImportWorkflow, 'x', { principal: editor(tenant) });
    expect(run).toMatchObject({ status: 'completed', output: { added: 1, changed: 0, unchanged: 0 } });
    expect(await found('alpha')).toEqual(['a']);
    const refused = await host.t.run(ImportWorkflow, 'x', { principal: person(tenant) });
    expect(JSON.stringify(refused)).toContain('may not do knowledge.ingest');
  });

  it('is a tool for models, which see what the principal of the run may see', async () => {
    await ingest([
      { uri: 'open.md', text: '# Refunds\n\nRefunds take two weeks.' },
      { uri: 'leads.md', text: 'Refunds above 100 take a lead.', roles: ['lead'] },
    ]);
    const { models } = host.t;
    models.reset();
    models
      .on('how long')
      .replyOnce({ toolCalls: [{ name: 'search_articles', arguments: { question: 'refunds' } }] })
      .reply(({ messages }) => JSON.stringify(messages.at(-1)?.content));
    const run = await host.t.run(AskWorkflow, 'how long', { principal: person(tenant) });
    expect(run).toMatchObject({ status: 'completed', output: expect.stringContaining('take two weeks') });
    expect(JSON.stringify(run)).not.toContain('above 100');
    const types = await host.t.history(run.runId);
    expect(types.filter((type) => type === 'call.completed ask')).toHaveLength(4);
  });

  it('is a tool for agents, by its name', async () => {
    await ingest([{ uri: 'open.md', text: '# Refunds\n\nRefunds take two weeks.' }]);
    const { models } = host.t;
    models.reset();
    const asking = (tool: string) => ({ toolCalls: [{ name: tool, arguments: { question: 'refunds' } }] });
    const toldLast = ({ messages }: { readonly messages: readonly object[] }) =>
      JSON.stringify(messages.at(-1));
    models.on('how long').replyOnce(asking('search_articles')).reply(toldLast);
    const run = await host.t.run(SearchAgent, 'how long', { principal: person(tenant) });
    expect(run).toMatchObject({ status: 'completed', output: expect.stringContaining('take two weeks') });
    models.on('what else').replyOnce(asking('search_elsewhere')).reply(toldLast);
    const lost = await host.t.run(SearchAgent, 'what else', { principal: person(tenant) });
    expect(lost).toMatchObject({
      output: expect.stringContaining("KnowledgeBaseModule.forFeature('elsewhere')"),
    });
  });

  it('shows documents for roles to those who have one, and counts them for no other', async () => {
    await ingest([
      { uri: 'open', text: 'word' },
      { uri: 'leads', text: 'word', roles: ['lead', 'boss'] },
    ]);
    expect(await found('word')).toEqual(['open']);
    expect(await found('word', person(tenant, 'lead'))).toEqual(['leads', 'open']);
    expect(await as(person(tenant), () => articles.stats())).toMatchObject({ documents: 1 });
  });

  it('shows what is shared to all tenants, and lets only those of none share', async () => {
    const uri = `shared with ${tenant}`;
    const shared = { uri, text: `zebra${number}`, shared: true };
    await expect(ingest([shared])).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    const publisher = { id: 'pam', roles: ['publisher'] };
    await as(publisher, () => articles.ingest([shared]));
    expect(await found(`zebra${number}`)).toEqual([uri]);
    expect(await as(publisher, () => articles.remove(uri))).toBe(false);
    expect(await as(publisher, () => articles.remove(uri, { shared: true }))).toBe(true);
  });

  it('is closed to those whom its access leaves out', async () => {
    const closed = host.t.module.get<KnowledgeBase>(knowledgeBaseToken('closed'), { strict: false });
    await expect(as(person(tenant), () => closed.search('x'))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
    await expect(as(person(tenant), () => closed.stats())).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await as(person(tenant, 'insider'), () => closed.search('x'))).toEqual([]);
    await expect(as(person(tenant, 'insider'), () => closed.ingest([]))).resolves.toMatchObject({ added: 0 });
    await expect(
      as(person(tenant, 'insider'), () => closed.ingest([{ uri: 'a', text: 'a' }])),
    ).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });

  it.each<[object, string]>([
    [{ text: 'x' }, 'documents[1].uri is missing'],
    [{ uri: 'a' }, 'documents[1].text is missing'],
    [{ uri: 'a', text: 1 }, 'documents[1].text has to be a text'],
    [
      { uri: 'a', text: 'x', language: 'tlh' },
      "documents[1].language is 'tlh', of which PostgreSQL has no grammar",
    ],
    [{ uri: 'ä'.repeat(1_001), text: 'x' }, 'documents[1].uri is longer than 2000 bytes.'],
    [{ uri: 'a\0', text: 'x' }, 'documents[1].uri holds a NUL or half a character'],
    [{ uri: 'a', text: 'x', about: 'b'.repeat(513) }, 'documents[1].about is longer than 512 bytes.'],
    [{ uri: 'a', text: 'x', roles: ['a', ''] }, "documents[1].roles[1] is ''"],
    [{ uri: 'a', text: 'x', roles: [] }, 'documents[1].roles has to be a list of roles'],
    [{ uri: 'a', text: 'x', metadata: [] }, 'documents[1].metadata has to be an object'],
    [{ uri: 'a', text: 'x', mediaType: 'text/html' }, 'documents[1].mediaType'],
    [{ uri: 'a', text: 'x', titel: 'x' }, "documents[1].titel is not an option. Did you mean 'title'?"],
  ])('refuses the document %j, and takes in none of its list', async (document, problem) => {
    const asked = ingest([{ uri: 'before', text: 'before' }, document as Document]);
    await expect(asked).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining(problem),
    });
    expect(await found('before')).toEqual([]);
  });

  it('takes in what the database could not hold as it is', async () => {
    await ingest([{ uri: 'odd', text: 'nul \0 and \uD800 alone', title: 'odd \0 title' }]);
    expect(await found('alone')).toEqual(['odd']);
    expect(await ingest([{ uri: 'empty', text: '' }])).toMatchObject({ added: 1 });
    expect(await as(person(tenant), () => articles.stats())).toMatchObject({ documents: 2, chunks: 1 });
    // As much as an index entry has to hold: PostgreSQL does not shorten what has no repetitions.
    const uri = randomBytes(1_000).toString('hex');
    const longest = {
      uri,
      about: uri.slice(0, 512),
      title: uri.repeat(5),
      metadata: { note: uri.repeat(5) },
    };
    expect(await ingest([{ ...longest, text: 'long names' }])).toMatchObject({ added: 1 });
    expect(await found('long names')).toEqual([uri]);
    const longTenant = randomBytes(256).toString('hex');
    const there = await as(editor(longTenant), () => articles.ingest([{ ...longest, text: 'long names' }]));
    expect(there).toMatchObject({ added: 1 });
    // Longer than what fits in a record of a journal.
    expect(await ingest([{ uri: 'book', text: 'A sentence of a book. '.repeat(60_000) }])).toMatchObject({
      added: 1,
    });
    // A title is searched with each chunk, and what is searched may have a megabyte.
    const words = Array.from({ length: 150_000 }, (_, index) => `word${index}`).join(' ');
    for (const document of [{ text: `# ${words}\n\nheaded` }, { text: 'wordless', title: words }])
      expect(await ingest([{ uri: 'wordy', ...document }])).toMatchObject({ unchanged: 0 });
    expect(await found('wordless')).toEqual(['wordy']);
  });

  it('never shows nor counts a passage of another tenant, for other roles, or outside of the filter', async () => {
    const tenants = [`${tenant}-a`, `${tenant}-b`];
    const document = fc.record({
      of: fc.constantFrom(...tenants),
      roles: fc.option(fc.subarray(['lead', 'boss'], { minLength: 1 }), { nil: undefined }),
      topic: fc.constantFrom('x', 'y'),
    });
    const asking = fc.record({
      of: fc.constantFrom(...tenants),
      roles: fc.subarray(['lead', 'boss']),
      topic: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { minLength: 1, maxLength: 6 }),
        asking,
        fc.integer({ min: 1, max: 3 }),
        async (documents, asker, limit) => {
          round += 1;
          const base = documents.map((one, index) => ({ ...one, uri: `${round}-${index}` }));
          for (const { of, uri, roles, topic } of base)
            await ingest(
              [{ uri, text: `round${round} word`, ...(roles ? { roles } : {}), metadata: { topic, round } }],
              of,
            );
          const mayRead = base.filter(
            ({ of, roles }) =>
              of === asker.of && (!roles || roles.some((role) => asker.roles.includes(role as 'lead'))),
          );
          const wanted = mayRead.filter(({ topic }) => asker.topic === undefined || topic === asker.topic);
          const filter = { round, ...(asker.topic === undefined ? {} : { topic: asker.topic }) };
          const who = person(asker.of, ...asker.roles);
          expect(await found('word', who, filter)).toEqual(wanted.map(({ uri }) => uri).toSorted());
          expect(await listed(who, filter, limit)).toEqual(wanted.map(({ uri }) => uri).toSorted());
          for (const { of, uri } of base) await as(editor(of), () => articles.remove(uri));
        },
      ),
      { numRuns: 25 },
    );
    for (const of of tenants)
      expect(await as(person(of), () => articles.stats())).toEqual({ documents: 0, chunks: 0, tokens: 0 });
  });
});

describe('the options of a knowledge base', () => {
  it.each<[string, object, string]>([
    ['with spaces', {}, "the name has letters, digits, '_' and '-'"],
    ['a', { language: 'tlh' }, "language is 'tlh'"],
    ['a', { access: { write: ['x'] } }, 'access.write is not an option'],
    ['a', { chunking: { maxTokens: 10 } }, 'chunking.maxTokens has to be a whole number from 30 to 10000.'],
    ['a', { langauge: 'en' }, "langauge is not an option. Did you mean 'language'?"],
  ])('refuse %j %j', (name, options, problem) => {
    expect(() => KnowledgeBaseModule.forFeature(name, options)).toThrow(problem);
  });
});

describe('a knowledge base in PostgreSQL', () => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(
      'database',
      [Importer],
      {},
      { imports: [KnowledgeBaseModule.forFeature('articles')] },
    );
  });
  afterAll(() => host.close());

  it('finds other forms of a word, in the language of each document', async () => {
    const { articles } = host.t.module.get(Importer);
    await articles.ingest([
      { uri: 'en', text: 'Your refunds are being shipped.' },
      { uri: 'de', text: 'Die Rechnungen werden verschickt.', language: 'de' },
      { uri: 'any', text: 'Refunding everything', language: 'any' },
    ]);
    const uris = async (text: string) => (await articles.search(text)).map(({ source }) => source.uri);
    expect(await uris('refund ship')).toEqual(['en']);
    expect(await uris('Rechnung')).toEqual(['de']);
    expect(await uris('refunding')).toEqual(expect.arrayContaining(['en', 'any']));
  });
});

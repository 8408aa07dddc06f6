import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CurrentPrincipal, OrchestrationModule } from 'nestjs-nestor';
import {
  KnowledgeBase,
  KnowledgeBaseModule,
  knowledgeBaseToken,
  ngramEmbeddings,
} from 'nestjs-nestor/retrieval';
import { TypeOrmKnowledgeStore } from '../../lib/context/index.js';
import { TestClock } from '../../lib/testing/test-clock.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { type Store, stores } from '../e2e/host.js';

const model = 'ngram/512';
const articles = [
  { uri: 'battery.md', text: '# Batteries\n\nThe battery of a sensor lasts two years.' },
  { uri: 'refund.md', text: '# Refunds\n\nA refund takes two weeks.' },
  { uri: 'parcel.md', text: '# Parcels\n\nA parcel is tracked by its number.' },
];

async function openBases(store: Store) {
  const database = store === 'database' ? await openTestDatabase() : undefined;
  const embedding = { model };
  const module = await Test.createTestingModule({
    imports: [
      ...(database ? [TypeOrmModule.forRoot({ ...database.options, migrations: [] })] : []),
      OrchestrationModule.forRoot({
        persistence: store === 'database' ? 'typeorm' : 'memory',
        models: { providers: [ngramEmbeddings()], default: model },
      }),
      KnowledgeBaseModule.forFeature('text'),
      KnowledgeBaseModule.forFeature('vectors', { embedding, search: 'vectors' }),
      KnowledgeBaseModule.forFeature('fusion', { embedding }),
      KnowledgeBaseModule.forFeature('again', { embedding: { model: 'ngram/64' }, search: 'vectors' }),
    ],
  }).compile();
  await module.init();
  const get = (name: string) => module.get<KnowledgeBase>(knowledgeBaseToken(name), { strict: false });
  return { module, database, get, current: module.get(CurrentPrincipal, { strict: false }) };
}

describe.each(stores)('a knowledge base with vectors (%s)', (store) => {
  let opened: Awaited<ReturnType<typeof openBases>>;
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await openBases(store);
    database = opened.database;
    for (const name of ['text', 'vectors', 'fusion']) await opened.get(name).ingest(articles);
  });
  afterAll(async () => {
    await opened.module.close();
    await database?.close();
  });

  const uris = async (name: string, text: string, limit = 3) =>
    (await opened.get(name).search({ text, limit })).map(({ source }) => source.uri);

  it('finds misspelt words, which those that look for words do not', async () => {
    expect(await uris('text', 'batery')).toEqual([]);
    expect((await uris('vectors', 'batery'))[0]).toBe('battery.md');
    expect((await uris('fusion', 'batery'))[0]).toBe('battery.md');
  });

  it('puts first what both ways have found', async () => {
    expect((await uris('fusion', 'refund'))[0]).toBe('refund.md');
    const found = await opened.get('fusion').search({ text: 'refund of a parcel', limit: 2 });
    expect(found.map(({ source }) => source.uri).toSorted()).toEqual(['parcel.md', 'refund.md']);
    expect(found[0]?.score).toBeLessThan(0.1);
  });

  it('gives at most as many as are wanted, by their cosine', async () => {
    const [first, second, ...others] = await opened.get('vectors').search({ text: 'refund', limit: 2 });
    expect(others).toEqual([]);
    expect(first?.score).toBeLessThanOrEqual(1);
    expect(first?.score).toBeGreaterThan(second?.score ?? 0);
  });

  it('forgets the vectors of a document that is changed or taken out', async () => {
    const base = opened.get('vectors');
    await base.ingest([{ uri: 'new.md', text: 'About hedgehogs.' }]);
    expect((await uris('vectors', 'hedgehog'))[0]).toBe('new.md');
    await base.ingest([{ uri: 'new.md', text: 'About owls.' }]);
    expect((await uris('vectors', 'owl'))[0]).toBe('new.md');
    await base.remove('new.md');
    expect(await uris('vectors', 'owl', 10)).not.toContain('new.md');
  });

  it('embeds documents again when another model does it', async () => {
    const base = opened.get('again');
    expect(await base.ingest(articles)).toMatchObject({ added: 3 });
    expect(await base.ingest(articles)).toMatchObject({ unchanged: 3 });
    expect(await uris('again', 'refund', 1)).toEqual(['refund.md']);
    // A base of the same name with another model: as after a deploy.
    const other = await openSameBase();
    expect(await other.ingest(articles)).toMatchObject({ changed: 3 });
  });

  async function openSameBase(): Promise<KnowledgeBase> {
    const ports = (
      opened.get('again') as unknown as { ports: ConstructorParameters<typeof KnowledgeBase>[2] }
    ).ports;
    return new KnowledgeBase('again', { embedding: { model: 'ngram/128' } }, ports);
  }

  it('compares no vectors that the reader may not see', async () => {
    const base = opened.get('vectors');
    const { current } = opened;
    const as = <T>(tenant: string, roles: string[], work: () => Promise<T>) =>
      current.run({ id: 'ann', roles, tenant }, work);
    await current.asSystem({ name: 'test', reason: 'x', tenant: 'acme' }, () =>
      base.ingest([
        { uri: 'acme.md', text: 'zebra', metadata: { topic: 'x' } },
        { uri: 'leads.md', text: 'zebra', roles: ['lead'] },
      ]),
    );
    const found = (tenant: string, roles: string[], filter = {}) =>
      as(tenant, roles, async () =>
        (await base.search({ text: 'zebra', filter })).map(({ source }) => source.uri).toSorted(),
      );
    expect(await found('acme', [])).toEqual(['acme.md']);
    expect(await found('acme', ['lead'])).toEqual(['acme.md', 'leads.md']);
    expect(await found('acme', ['lead'], { topic: 'x' })).toEqual(['acme.md']);
    expect(await found('globex', ['lead'])).toEqual([]);
  });
});

it('compares only what has the words, where that which may be seen is too much', async () => {
  const database = await openTestDatabase();
  const clock = new TestClock();
  const key = { base: 'big', tenant: '', shared: false };
  const vectorModel = 'm';
  const document = {
    mediaType: 'text/plain',
    language: 'english',
    roles: undefined,
    trusted: false,
    metadata: {},
  };
  const facts = {
    ...document,
    title: undefined,
    about: undefined,
    ingestedBy: undefined,
    model: vectorModel,
  };
  const store = (inProcess = 20_000) =>
    new TypeOrmKnowledgeStore(database.dataSource, clock, { inProcess, byPgvector: 1_000 });
  for (const [index, text] of ['red apple', 'green apple', 'yellow pear'].entries()) {
    const chunk = { headings: [], text, tokens: 1, vector: [index + 1, 1] };
    const stored = { ...key, ...facts, uri: text, hash: `0${index}`.repeat(32) };
    await store().put([{ document: stored, chunks: [chunk] }]);
  }
  const reader = { tenant: null, roles: [] };
  const search = {
    base: 'big',
    reader,
    text: 'apples',
    filter: {},
    limit: 5,
    model: vectorModel,
    vector: [3, 1],
  };
  const uris = async (most?: number) => (await store(most).similar(search)).map(({ uri }) => uri);
  expect(await uris()).toEqual(['yellow pear', 'green apple', 'red apple']);
  expect(await uris(3)).toEqual(['yellow pear', 'green apple', 'red apple']);
  expect(await uris(2)).toEqual(['green apple', 'red apple']);
  await database.close();
});

describe('the options of a knowledge base with vectors', () => {
  it.each<[object, string]>([
    [{ search: 'fusion' }, "search is 'fusion', which takes an embedding"],
    [{ search: 'vectors' }, "search is 'vectors', which takes an embedding"],
    [{ embedding: {} }, 'embedding.model is missing'],
    [{ search: 'magic' }, "search is 'magic'. Write one of 'text', 'vectors', 'fusion'."],
  ])('refuse %j', (options, problem) => {
    expect(() => KnowledgeBaseModule.forFeature('a', options)).toThrow(problem);
  });
});

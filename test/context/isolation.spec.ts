import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import {
  CacheService,
  ConversationService,
  CurrentPrincipal,
  Input,
  MemoryService,
  ModelService,
  type Page,
  type Principal,
  RoleAccessPolicy,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { type KnowledgeBase, KnowledgeBaseModule, knowledgeBaseToken } from 'nestjs-nestor/retrieval';
import { type Host, openHost, stores } from '../e2e/host.js';

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    const { text } = await this.models.generate({ prompt, cache: { ttl: '1d', scope: 'tenant' } });
    return text;
  }
}

const kinds = ['document', 'memory', 'conversation', 'answer'] as const;
type Kind = (typeof kinds)[number];
const admin = (tenant: string): Principal => ({ id: 'ann', roles: ['admin'], tenant });
type List = (page: { limit: number; cursor?: string | undefined }) => Promise<Page<unknown>>;

describe.each(stores)('what is of one tenant (%s)', (store) => {
  let host: Host;
  let articles: KnowledgeBase;
  let round = 0;
  const service = <T>(token: abstract new (...given: never[]) => T): T =>
    host.t.module.get(token, { strict: false });
  const as = <T>(principal: Principal, work: () => Promise<T>) =>
    service(CurrentPrincipal).run(principal, work);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const options = {
      principal: () => undefined,
      access: new RoleAccessPolicy({ tenantRoles: ['admin'] }),
    };
    const imports = [KnowledgeBaseModule.forFeature('articles', { embedding: { model: 'any' } })];
    host = await openHost(store, [AskWorkflow], options, { imports });
    articles = host.t.module.get<KnowledgeBase>(knowledgeBaseToken('articles'), { strict: false });
    host.t.models.on(/./).reply(({ messages }) => `answer to ${String(messages.at(-1)?.content)}`);
  });
  afterAll(() => host.close());

  /** Lists that a person may page through, by what they list. */
  const lists = (subject: string): Record<string, List> => ({
    documents: (page) => articles.list(page),
    memories: (page) => service(MemoryService).list({ ...page, about: subject, scope: 'tenant' }),
    conversations: (page) => service(ConversationService).list(page),
  });

  const messagesOf =
    (conversation: string): List =>
    ({ limit, cursor }) =>
      service(ConversationService).messages(conversation, { limit, after: cursor });

  const write: Record<Kind, (mark: string, subject: string) => Promise<unknown>> = {
    document: (mark) => articles.ingest([{ uri: mark, text: `word ${mark}` }]),
    memory: (mark, about) =>
      service(MemoryService).remember({ about, text: `word ${mark}`, scope: 'tenant' }),
    async conversation(mark) {
      const { id } = await service(ConversationService).open({ id: mark, title: mark });
      const message = { role: 'user', content: mark } as const;
      await service(ConversationService).append(id, [{ message }, { message }]);
    },
    answer: (mark) => host.t.run(AskWorkflow, mark),
  };

  it('is not reached by others, by any query, filter, page or name, and all of it by its own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...kinds)), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (writes, limit) => {
          round += 1;
          const subject = `subject-${round}`;
          const people = [`acme-${round}`, `globex-${round}`, `initech-${round}`].map(admin);
          const written = writes.map(([index, kind], place) => ({
            of: people[index],
            kind,
            mark: `mark-${round}-${index}-${place}`,
          }));
          for (const { of = admin('none'), kind, mark } of written)
            await as(of, () => write[kind](mark, subject));
          const given: string[] = [];
          for (const who of people)
            for (const list of Object.values(lists(subject))) {
              const { next } = await as(who, () => list({ limit }));
              if (next !== undefined) given.push(next);
            }
          for (const who of people) {
            const own = written.filter(({ of }) => of === who);
            const others = written.filter(({ of }) => of !== who);
            const marksOf = (kind: Kind) => own.filter((one) => one.kind === kind).map(({ mark }) => mark);
            await as(who, async () => {
              const seen: unknown[] = [];
              for (const [what, list] of Object.entries(lists(subject))) {
                const items = await all(list, limit);
                const kind = { documents: 'document', memories: 'memory' }[what] ?? 'conversation';
                expect([what, items.length]).toEqual([what, marksOf(kind as Kind).length]);
                seen.push(items);
                // Pages of others go on where theirs ended.
                for (const cursor of given) seen.push(await list({ limit, cursor }));
              }
              const text = `word ${written.map(({ mark }) => mark).join(' ')}`;
              const passages = await articles.search({ text, limit: 50 });
              expect(passages.map(({ source }) => source.uri).toSorted()).toEqual(
                marksOf('document').toSorted(),
              );
              const { documents, chunks } = await articles.stats();
              expect({ documents, chunks }).toEqual({
                documents: passages.length,
                chunks: passages.length,
              });
              const memories = await service(MemoryService).recall({
                about: subject,
                query: text,
                scope: 'tenant',
                limit: 100,
              });
              expect(memories).toHaveLength(marksOf('memory').length);
              seen.push(passages, memories);
              for (const mark of marksOf('conversation')) seen.push(await all(messagesOf(mark), limit));
              for (const { kind, mark } of others)
                if (kind === 'conversation')
                  await expect(service(ConversationService).messages(mark)).rejects.toMatchObject({
                    code: 'CONVERSATION_NOT_FOUND',
                  });
              expect((await service(CacheService).stats()).entries).toBe(marksOf('answer').length);
              const shown = JSON.stringify(seen);
              expect(others.filter(({ mark }) => shown.includes(`${mark}"`))).toEqual([]);
            });
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is answered from the cache for its own, and asked for anew by others', async () => {
    const calls = async (tenant: string) =>
      (await host.t.run(AskWorkflow, 'question', { principal: admin(tenant) })).usage.calls;
    expect(await calls('acme')).toBe(1);
    expect(await calls('acme')).toBe(0);
    expect(await calls('globex')).toBe(1);
  });
});

async function all(list: List, limit: number): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

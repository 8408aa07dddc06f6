import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  CacheService,
  ConversationService,
  CurrentPrincipal,
  ErasureService,
  Input,
  MemoryService,
  ModelService,
  type Principal,
  RoleAccessPolicy,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { KnowledgeBase, KnowledgeBaseModule, knowledgeBaseToken } from 'nestjs-nestor/retrieval';
import { type Host, openHost, stores } from '../e2e/host.js';

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() { prompt, scope }: { prompt: string; scope: 'user' | 'tenant' }) {
    return (await this.models.generate({ prompt, cache: { ttl: '1d', scope } })).text;
  }
}

const person = (id: string, tenant: string, ...roles: string[]): Principal => ({ id, tenant, roles });
const admin = (tenant: string) => person('admin', tenant, 'admin');
const picture = Buffer.alloc(40_000, 7).toString('base64');

describe.each(stores)('the erasure of a person (%s)', (store) => {
  let host: Host;
  let services: ReturnType<typeof servicesOf>;
  const servicesOf = ({ module }: Host['t']) => ({
    articles: module.get<KnowledgeBase>(knowledgeBaseToken('articles'), { strict: false }),
    cache: module.get(CacheService, { strict: false }),
    conversations: module.get(ConversationService, { strict: false }),
    current: module.get(CurrentPrincipal, { strict: false }),
    erasure: module.get(ErasureService, { strict: false }),
    memory: module.get(MemoryService, { strict: false }),
  });
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const imports = [KnowledgeBaseModule.forFeature('articles', { access: { ingest: ['admin'] } })];
    const access = new RoleAccessPolicy({ tenantRoles: ['admin'] });
    host = await openHost(store, [AskWorkflow], { principal: () => undefined, access }, { imports });
    services = servicesOf(host.t);
  });
  afterAll(() => host.close());
  beforeEach(() => host.t.models.reset());

  const as = <T>(principal: Principal, work: () => Promise<T>) => services.current.run(principal, work);
  /** What is there of a tenant, as its administrator sees it. */
  const left = (tenant: string, ...people: string[]) =>
    as(admin(tenant), async () => ({
      memories: (
        await Promise.all(
          people.map(async (user) => (await services.memory.list({ scope: 'user', user })).items.length),
        )
      ).reduce((sum, count) => sum + count, 0),
      cached: (await services.cache.stats()).entries,
      documents: (await services.articles.stats()).documents,
    }));

  /** The same of everything for somebody. */
  async function fill(tenant: string, id: string): Promise<string> {
    const someone = person(id, tenant);
    host.t.models.on(/./).reply('yes');
    await as(someone, () => services.memory.remember({ about: 'weather', text: 'Likes rain.' }));
    await as(admin(tenant), () => services.memory.remember({ about: id, text: 'Calls on Mondays.' }));
    const conversation = await as(someone, async () => {
      const { id: opened } = await services.conversations.open({ title: 'mine' });
      await services.conversations.append(opened, [
        {
          message: {
            role: 'user',
            content: [{ type: 'image', mediaType: 'image/png', data: picture }],
          },
        },
      ]);
      return opened;
    });
    for (const scope of ['user', 'tenant'] as const)
      await host.t.run(AskWorkflow, { prompt: `${id} ${scope}`, scope }, { principal: someone });
    await as(admin(tenant), () =>
      services.articles.ingest([{ uri: `${id}.md`, text: `About ${id}.`, about: id }]),
    );
    return conversation;
  }

  it('takes all that is kept of the person, and nothing of others', async () => {
    const mine = await fill('acme', 'ann');
    const others = await fill('acme', 'bob');
    const elsewhere = await fill('globex', 'ann');
    const erased = await as(admin('acme'), () =>
      services.erasure.erase({ about: 'ann', reason: 'request of 3 May' }),
    );
    expect(erased).toEqual({ memories: 2, conversations: 1, cached: 2, documents: 1 });
    // The administrator's memory about Bob is left, and Bob's own.
    expect(await left('acme', 'ann', 'bob', 'admin')).toEqual({ memories: 2, cached: 2, documents: 1 });
    expect(await left('globex', 'ann', 'admin')).toEqual({ memories: 2, cached: 2, documents: 1 });
    const read = (tenant: string, id: string, conversation: string) =>
      as(person(id, tenant), () => services.conversations.messages(conversation));
    await expect(read('acme', 'ann', mine)).rejects.toMatchObject({ code: 'CONVERSATION_NOT_FOUND' });
    expect((await read('acme', 'bob', others)).items).toHaveLength(1);
    expect((await read('globex', 'ann', elsewhere)).items).toHaveLength(1);
    expect(await as(admin('acme'), () => services.articles.search('ann'))).toEqual([]);
    const again = await as(admin('acme'), () => services.erasure.erase({ about: 'ann', reason: 'again' }));
    expect(again).toEqual({ memories: 0, conversations: 0, cached: 0, documents: 0 });
  });

  it('takes what is kept of somebody whose id is written in another form of Unicode', async () => {
    const [composed, decomposed] = ['Andr\u00e9', 'Andre\u0301'] as const;
    await fill('initech', decomposed);
    // The same memory, about the same person.
    await as(admin('initech'), () =>
      services.memory.remember({ about: composed, text: 'Calls on Mondays.' }),
    );
    const seen = await as(admin('initech'), () => services.memory.list({ about: decomposed }));
    expect(seen.items.map(({ text }) => text)).toEqual(['Calls on Mondays.']);
    const erased = await as(admin('initech'), () =>
      services.erasure.erase({ about: decomposed, reason: 'request of 5 May' }),
    );
    expect(erased).toEqual({ memories: 2, conversations: 1, cached: 2, documents: 1 });
    expect(await left('initech', composed, decomposed, 'admin')).toEqual({
      memories: 0,
      cached: 0,
      documents: 0,
    });
  });

  it('is on record, with who has done it and why', async () => {
    await as(admin('acme'), () => services.erasure.erase({ about: 'cleo', reason: 'request of 4 May' }));
    const { items } = await as(admin('acme'), () => host.t.audit.find({ type: 'call.completed' }));
    const record = items.find(({ payload }) => JSON.stringify(payload).includes('cleo'));
    expect(record?.payload).toMatchObject({
      name: 'person.erase',
      arguments: { about: 'cleo', reason: 'request of 4 May' },
    });
    const runs = await as(admin('acme'), () => host.t.orchestrator.find({ workflow: 'ad-hoc' }));
    expect(runs.items.find(({ id }) => id === record?.runId)).toMatchObject({ principal: { id: 'admin' } });
  });

  it('is refused without the permission, without a reason, and for nobody', async () => {
    const erase = (erasure: object, who = admin('acme')) =>
      as(who, () => services.erasure.erase(erasure as never));
    const denied = erase({ about: 'ann', reason: 'x' }, person('ann', 'acme'));
    await expect(denied).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(erase({ about: 'ann' })).rejects.toThrow('erase().reason is missing');
    await expect(erase({ reason: 'x' })).rejects.toThrow('erase().about is missing');
    await expect(erase({ about: '', reason: 'x' })).rejects.toThrow('erase().about');
    await expect(erase({ about: 'a\0', reason: 'x' })).rejects.toThrow('erase().about holds a NUL');
  });
});

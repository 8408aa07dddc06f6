import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import fc from 'fast-check';
import {
  Agent,
  allow,
  block,
  ContextService,
  CurrentPrincipal,
  From,
  Guardrail,
  GuardrailSubject,
  HumanReview,
  Input,
  type Memory,
  type MemoryScope,
  MemoryService,
  memoryTools,
  part,
  type Principal,
  RoleAccessPolicy,
  Step,
  Tool,
  transform,
  Workflow,
} from 'nestjs-nestor';
import { recordsOf } from '../e2e/gate/records.js';
import { type Host, openHost, stores } from '../e2e/host.js';

@Injectable()
class Desk {
  @Tool({ description: 'Shows an answer' })
  @HumanReview({ roles: [] })
  async show(text: string): Promise<string> {
    return text;
  }
}

@Workflow()
class CustomerWorkflow {
  constructor(
    private readonly memory: MemoryService,
    private readonly context: ContextService,
    private readonly desk: Desk,
  ) {}

  @Step({ retry: { attempts: 2 } })
  async learn(@Input() { about, text }: { readonly about: string; readonly text: string }): Promise<string> {
    const id = await this.memory.remember({ about, text, message: 'm1', expiresIn: '30d' });
    if (failures-- > 0) throw new Error('not now');
    return id;
  }

  @Step()
  async recall(
    @Input() { about, text }: { readonly about: string; readonly text: string },
    @From('learn') _: string,
  ) {
    const memories = await this.memory.recall({ about, query: text });
    if (text === 'reviewed') await this.desk.show('look');
    return memories.map((memory) => memory.text);
  }

  @Step()
  async assembled(@Input() { about }: { readonly about: string }, @From('recall') texts: string[]) {
    const { text, sections } = await this.context.assemble({
      tokens: 1_000,
      parts: [part.memories('facts', { about, limit: 3 })],
    });
    return { texts, text, sections: sections.length };
  }
}

@Agent({ instructions: 'You help.', tools: () => [memoryTools({ about: 'customer-7', expiresIn: '90d' })] })
class HelpAgent {}

@Agent({
  name: 'keeper',
  instructions: 'You keep notes.',
  tools: () => [memoryTools({ about: 'shop', scope: 'agent' })],
})
class KeeperAgent {}

@Injectable()
class Rules {
  @Guardrail({ at: ['memory.write', 'memory.read'] })
  look({ at, value }: GuardrailSubject) {
    if (at === 'memory.read') {
      const memories = value as readonly Memory[];
      const clean = memories.filter(({ text }) => !text.includes('secret'));
      return clean.length === memories.length ? allow() : transform(clean, 'secrets are left out');
    }
    const memory = value as { readonly text: string };
    if (memory.text.includes('poison')) return block('poison');
    return memory.text.includes('4111')
      ? transform({ ...memory, text: 'Pays by card.' }, 'numbers')
      : allow();
  }
}

let failures = 0;
const person = (id: string, tenant?: string, ...roles: string[]): Principal => ({
  id,
  roles,
  ...(tenant === undefined ? {} : { tenant }),
});

describe.each(stores)('memory (%s)', (store) => {
  let host: Host;
  let memory: MemoryService;
  let current: CurrentPrincipal;
  let about: string;
  let number = 0;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(store, [Desk, CustomerWorkflow, HelpAgent, KeeperAgent, Rules], {
      principal: () => undefined,
      access: new RoleAccessPolicy({ tenantRoles: { clerk: ['memory.read', 'memory.write'] } }),
    });
    memory = host.t.module.get(MemoryService, { strict: false });
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  });
  afterAll(() => host.close());
  beforeEach(() => {
    failures = 0;
    number += 1;
    about = `customer ${store} ${number}`;
    host.t.models.calls.length = 0;
  });
  const as = <T>(principal: Principal, body: () => Promise<T>) => current.run(principal, body);
  const ann = person('ann', 'acme');

  it('is there in the next run, of the same person, with where it comes from', async () => {
    const { runId } = await host.t.run(CustomerWorkflow, { about, text: 'Likes tea.' }, { principal: ann });
    const { items } = await as(ann, () => memory.list({ about }));
    expect(items).toMatchObject([
      {
        about,
        text: 'Likes tea.',
        scope: 'user',
        owner: 'ann',
        trust: 'untrusted',
        origin: { by: 'code', principal: 'ann', runId, step: 'learn', message: 'm1' },
      },
    ]);
    const next = await host.t.run(CustomerWorkflow, { about, text: 'Has a dog.' }, { principal: ann });
    expect(next).toMatchObject({ output: { texts: ['Has a dog.', 'Likes tea.'], sections: 1 } });
    const records = await recordsOf(host.t, next.runId, 'call.completed');
    expect(records.map(({ payload }) => (payload as { kind: string }).kind)).toEqual([
      'memory.write',
      'memory.read',
      'memory.read',
      'once',
    ]);
  });

  it('is one memory where the step is tried again, and where the same is learnt again', async () => {
    failures = 1;
    await host.t.run(CustomerWorkflow, { about, text: 'Likes tea.' }, { principal: ann });
    await host.t.run(CustomerWorkflow, { about, text: 'Likes tea.' }, { principal: ann });
    expect((await as(ann, () => memory.list({ about }))).items).toHaveLength(1);
  });

  it('is the same for a step that goes on after a wait', async () => {
    const { runId } = await host.t.run(CustomerWorkflow, { about, text: 'reviewed' }, { principal: ann });
    await as(ann, () => memory.remember({ about, text: 'reviewed later' }));
    expect(await host.t.approve(runId, { by: person('lea', 'acme') })).toMatchObject({
      output: { texts: ['reviewed'] },
    });
  });

  it('gives what has most of the query first, whatever its form, else the newest', async () => {
    await as(ann, async () => {
      for (const text of ['Pays by invoice.', 'Wants deliveries in the morning.', 'Speaks German.'])
        await memory.remember({ about, text });
    });
    const texts = async (query?: string) =>
      (await as(ann, () => memory.recall({ about, query, limit: 2 }))).map(({ text }) => text);
    expect(await texts('When to deliver?')).toEqual(['Wants deliveries in the morning.', expect.anything()]);
    expect(await texts('invoces')).toEqual(['Pays by invoice.', expect.anything()]);
    expect(await texts()).toEqual(['Speaks German.', 'Wants deliveries in the morning.']);
  });

  it('passes guardrails when it is written and when it is read', async () => {
    await as(ann, () => memory.remember({ about, text: 'Card 4111 1111 1111 1111.' }));
    await as(ann, () => memory.remember({ about, text: 'A secret.' }));
    await expect(as(ann, () => memory.remember({ about, text: 'poison' }))).rejects.toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
    });
    expect((await as(ann, () => memory.recall({ about }))).map(({ text }) => text)).toEqual([
      'Pays by card.',
    ]);
    expect((await as(ann, () => memory.list({ about }))).items).toHaveLength(2);
  });

  it('is gone when its time is over, and is deleted then', async () => {
    await as(ann, () => memory.remember({ about, text: 'For a day.', expiresIn: '1d' }));
    await as(ann, () => memory.remember({ about, text: 'For good.' }));
    await host.t.clock.advance('25h');
    expect((await as(ann, () => memory.recall({ about }))).map(({ text }) => text)).toEqual(['For good.']);
    expect(await as(person('eva', 'acme', 'clerk'), () => memory.forget({ about }))).toBe(1);
  });

  it('is forgotten by id, by subject in one scope, or by subject in all', async () => {
    const clerk = person('eva', 'acme', 'clerk');
    const id = await as(ann, () => memory.remember({ about, text: 'One.' }));
    await as(ann, () => memory.remember({ about, text: 'Two.' }));
    await as(clerk, () => memory.remember({ about, text: 'Three.', scope: 'tenant' }));
    await as(person('bob', 'acme'), () => memory.remember({ about, text: 'Four.' }));
    expect(await as(person('bob', 'acme'), () => memory.forget(id))).toBe(0);
    expect(await as(person('ann', 'globex'), () => memory.forget(id))).toBe(0);
    expect(await as(ann, () => memory.forget(id))).toBe(1);
    expect(await as(ann, () => memory.forget(id))).toBe(0);
    expect(await as(ann, () => memory.forget('no id'))).toBe(0);
    await expect(as(ann, () => memory.forget({ about }))).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await as(ann, () => memory.forget({ about, scope: 'user' }))).toBe(1);
    expect(await as(clerk, () => memory.forget({ about }))).toBe(2);
  });

  it('is listed page by page, the newest first', async () => {
    await as(ann, async () => {
      for (let count = 1; count <= 5; count += 1) {
        await memory.remember({ about, text: `Fact ${count}.` });
        // Of one millisecond, the order is by id.
        await host.t.clock.advance(1);
      }
    });
    const texts: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await as(ann, () => memory.list({ about, limit: 2, cursor }));
      texts.push(...page.items.map(({ text }) => text));
      if (page.next === undefined) break;
      cursor = page.next;
    }
    expect(texts).toEqual(['Fact 5.', 'Fact 4.', 'Fact 3.', 'Fact 2.', 'Fact 1.']);
  });

  it('is offered to agents as tools, whose memories are untrusted and by a model', async () => {
    const { t } = host;
    t.models
      .on('I like tea')
      .replyOnce({ toolCalls: [{ name: 'remember', arguments: { fact: `Likes tea (${about}).` } }] })
      .replyOnce('Noted.');
    const eva = person(`eva ${about}`, 'acme');
    await t.run(HelpAgent, 'I like tea', { principal: eva });
    t.models
      .on('What do I like')
      .replyOnce({ toolCalls: [{ name: 'recall', arguments: { question: 'drinks' } }] })
      .replyOnce('Tea.');
    const { runId } = await t.run(HelpAgent, 'What do I like', { principal: eva });
    const told = t.models.calls.at(-1)?.messages.at(-1);
    expect(told).toMatchObject({ role: 'tool', name: 'recall' });
    expect(JSON.stringify(told)).toContain(`Likes tea (${about}).`);
    const { items } = await as(eva, () => memory.list({ about: 'customer-7' }));
    expect(items).toMatchObject([{ trust: 'untrusted', origin: { by: 'model', agent: 'help' } }]);
    expect(items[0]?.expiresAt).toBeInstanceOf(Date);
    expect(JSON.stringify(await recordsOf(t, runId, 'call.completed'))).toContain('memory.read');
  });

  it('of an agent is for that agent, whoever it works for', async () => {
    const { t } = host;
    const run = (text: string, tool: object) => {
      t.models
        .on(text)
        .replyOnce({ toolCalls: [tool as never] })
        .replyOnce('Done.');
      return t.run(KeeperAgent, text, { principal: person(`p ${text}`, about) });
    };
    await run('keep', { name: 'remember', arguments: { fact: 'The shop opens at nine.' } });
    await run('look up', { name: 'recall', arguments: { question: 'opening' } });
    expect(JSON.stringify(t.models.calls.at(-1)?.messages.at(-1))).toContain('opens at nine');
    const clerk = person('eva', about, 'clerk');
    const { items } = await as(clerk, () => memory.list({ scope: 'agent', agent: 'keeper' }));
    expect(items).toMatchObject([{ owner: 'keeper', about: 'shop' }]);
    await expect(
      as(person('bob', about), () => memory.list({ scope: 'agent', agent: 'keeper' })),
    ).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });

  it('is never of another tenant, person or scope, whatever is asked for', async () => {
    const people = ['ann', 'bob'].flatMap((id) =>
      ['acme', 'globex', undefined].map((tenant) => person(id, tenant, 'clerk')),
    );
    const scopes: readonly MemoryScope[] = ['user', 'tenant'];
    const who = fc.constantFrom(...people);
    const scope = fc.constantFrom(...scopes);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(who, scope), { minLength: 1, maxLength: 6 }),
        who,
        scope,
        fc.integer({ min: 1, max: 3 }),
        async (written, reader, asked, limit) => {
          number += 1;
          const subject = `subject ${store} ${number}`;
          for (const [writer, where] of written)
            await as(writer, () =>
              memory.remember({ about: subject, text: tell(writer, where), scope: where }),
            );
          const expected = new Set(
            written
              .filter(([writer, where]) => where === asked && isOf(writer, reader, where))
              .map(([writer, where]) => tell(writer, where)),
          );
          const seen: string[] = [];
          for (let cursor: string | undefined; ;) {
            const page = await as(reader, () => memory.list({ about: subject, scope: asked, limit, cursor }));
            seen.push(...page.items.map(({ text }) => text));
            if (page.next === undefined) break;
            cursor = page.next;
          }
          expect(new Set(seen)).toEqual(expected);
          const recalled = await as(reader, () =>
            memory.recall({ about: subject, scope: asked, query: 'memory' }),
          );
          expect(new Set(recalled.map(({ text }) => text))).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each<[unknown, string]>([
    [{ text: 'x' }, 'memory.about is missing'],
    [{ about: 'a' }, 'memory.text is missing'],
    [{ about: 'a', text: ' ' }, 'memory.text'],
    [{ about: 'a', text: 'x'.repeat(4_001) }, 'memory.text has 4001 characters, and may have 4000.'],
    [{ about: 'a', text: 'x', scope: 'all' }, 'memory.scope'],
    [{ about: 'a', text: 'x', expiresIn: 'soon' }, 'memory.expiresIn'],
    [{ about: 'a', text: 'x', scope: 'tenant', user: 'bob' }, "memory.user needs scope: 'user'."],
    [{ about: 'a', text: 'x', scope: 'agent' }, 'No agent works here'],
    [{ about: 'a\uD800', text: 'x' }, 'memory.about holds a NUL or half a character'],
    [{ about: 'a', text: 'x', user: 'u'.repeat(513) }, 'memory.user is longer than 512 bytes'],
    [{ about: 'a', text: 'x', untl: 1 }, 'memory.untl is not an option'],
  ])('refuses to remember %j', async (given, problem) => {
    await expect(as(ann, () => memory.remember(given as never))).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining(problem),
    });
  });

  it("takes the host's own code for nobody in particular", async () => {
    await expect(host.t.asSystem(() => memory.remember({ about, text: 'x' }))).rejects.toMatchObject({
      message: expect.stringContaining("say whose memory is meant by 'user'"),
    });
    await host.t.asSystem(() => memory.remember({ about, text: 'x', user: 'ann' }));
    expect((await as(person('ann'), () => memory.list({ about }))).items).toHaveLength(1);
  });
});

function tell({ id, tenant }: Principal, scope: MemoryScope): string {
  return `A memory of ${id} in ${tenant ?? 'nowhere'}, for the ${scope}.`;
}

function isOf(writer: Principal, reader: Principal, scope: MemoryScope): boolean {
  return writer.tenant === reader.tenant && (scope === 'tenant' || writer.id === reader.id);
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { firstValueFrom, toArray } from 'rxjs';
import {
  Agent,
  type AgentEvent,
  AgentService,
  ConversationService,
  CurrentPrincipal,
  HumanReview,
  type Principal,
  ReviewService,
  RoleAccessPolicy,
  Tool,
} from 'nestjs-nestor';
import { z } from 'zod';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const done: string[] = [];

class Order {
  readonly number!: string;
}

@Injectable()
class Shop {
  @Tool({ description: 'Orders a copy', effect: 'irreversible' })
  @HumanReview({ by: 'starter' })
  async order({ number }: Order) {
    done.push(`order ${number}`);
    return `ordered ${number}`;
  }

  @Tool({ description: 'Where the user is', performedBy: 'client', output: z.object({ city: z.string() }) })
  async whereabouts(): Promise<{ city: string }> {
    done.push('on the server');
    return { city: 'here' };
  }
}

@Agent({ description: 'Orders things', instructions: 'You order.', tools: () => [Shop] })
class OrderAgent {}

@Agent({ instructions: 'You help.', tools: () => [OrderAgent] })
class HelpAgent {}

@Injectable()
class Services {
  constructor(
    readonly agents: AgentService,
    readonly reviews: ReviewService,
    readonly conversations: ConversationService,
    readonly current: CurrentPrincipal,
  ) {
    services.now = this;
  }
}
const services: { now?: Services } = {};

const ann: Principal = { id: 'ann', roles: [], tenant: 'acme' };
const bob: Principal = { id: 'bob', roles: ['admin'], tenant: 'acme' };
const calls = (name: string, args: object) => ({ toolCalls: [{ name, arguments: { ...args } }] });

describe.each(stores)('a confirmation by the user (%s)', (store) => {
  const access = new RoleAccessPolicy({ tenantRoles: { admin: ['run.read'] } });
  const shared = sharedHost(store, [Shop, OrderAgent, HelpAgent, Services], { access });
  const own = () => services.now as Services;
  const as = <T>(principal: Principal, body: () => Promise<T>): Promise<T> =>
    own().current.run(principal, body);
  const openReview = async (runId: string) => {
    const [review] = (await own().reviews.list({ runId })).items;
    if (!review) throw new Error('nobody is asked');
    return review;
  };
  const eventsFor = (principal: Principal, runId: string) =>
    as(principal, async () => {
      const events: AgentEvent[] = [];
      const stream = shared.t.orchestrator.handle(runId).agentEvents();
      for await (const event of stream) {
        events.push(event);
        if (event.type === 'waiting') break;
      }
      return events;
    });
  const asked = () =>
    shared.t.models
      .on(OrderAgent)
      .replyOnce(calls('order', { number: '7' }))
      .reply('Done.');

  beforeEach(() => {
    done.length = 0;
    shared.t.models.reset();
  });

  it('is asked of who started the run, and of nobody else', async () => {
    asked();
    const { runId } = await shared.t.run(OrderAgent, 'order', { principal: ann });
    const { id } = await openReview(runId);
    await expect(as(bob, () => own().reviews.approve(id))).rejects.toThrow(/ann/);
    const mayDecide = (events: readonly AgentEvent[]) =>
      events.map((event) => event.type === 'review.requested' && event.mayDecide).includes(true);
    expect(mayDecide(await eventsFor(ann, runId))).toBe(true);
    expect(mayDecide(await eventsFor(bob, runId))).toBe(false);
    await as(ann, () => own().reviews.approve(id));
    expect(await shared.t.result(runId)).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(done).toEqual(['order 7']);
  });

  it('has 15 minutes; after that it is a no', async () => {
    asked();
    const { runId } = await shared.t.run(OrderAgent, 'order', { principal: ann });
    const { id } = await openReview(runId);
    await shared.t.clock.advance('14m');
    expect((await openReview(runId)).status).toBe('open');
    await shared.t.clock.advance('2m');
    await expect(as(ann, () => own().reviews.approve(id))).rejects.toThrow(/had to be decided by/);
    expect(await shared.t.result(runId)).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(done).toEqual([]);
  });

  it('given twice in the same way, as a request that is sent again, is one; another word is refused', async () => {
    asked();
    const { runId } = await shared.t.run(OrderAgent, 'order', { principal: ann });
    const { id } = await openReview(runId);
    await as(ann, () => own().reviews.decide(id, 'approve'));
    await expect(as(ann, () => own().reviews.decide(id, 'approve'))).resolves.toMatchObject({
      status: 'decided',
    });
    await expect(as(ann, () => own().reviews.decide(id, 'reject'))).rejects.toThrow(/already decided/);
    await expect(as(bob, () => own().reviews.decide(id, 'approve'))).rejects.toThrow(/bob may not/);
    await shared.t.result(runId);
    expect(done).toEqual(['order 7']);
  });

  it('inside of an agent that is a tool of another one is asked as well, and the run goes on behind it', async () => {
    asked();
    shared.t.models
      .on(HelpAgent)
      .replyOnce(calls('order', { task: 'order 7' }))
      .reply('Your order is made.');
    const { runId } = await shared.t.run(HelpAgent, 'order', { principal: ann });
    const requested = (await eventsFor(ann, runId)).find(({ type }) => type === 'review.requested');
    expect(requested).toMatchObject({ mayDecide: true, subject: 'tool order' });
    await as(ann, async () => own().reviews.approve((await openReview(runId)).id));
    expect(await shared.t.result(runId)).toMatchObject({ output: 'Your order is made.' });
    expect(done).toEqual(['order 7']);
  });

  it('of a tool of the client is its result, which has to fit; the server performs nothing', async () => {
    shared.t.models.on(OrderAgent).replyOnce(calls('whereabouts', {})).reply('In Bonn.');
    const { runId } = await shared.t.run(OrderAgent, 'where?', { principal: ann });
    const { id, kind, users } = await openReview(runId);
    expect([kind, users]).toEqual(['answer', ['ann']]);
    await expect(as(ann, () => own().reviews.approve(id))).rejects.toThrow(
      /can't be answered with 'approve'/,
    );
    await expect(as(ann, () => own().reviews.answer(id, { value: { town: 1 } }))).rejects.toThrow(/city/);
    await as(ann, () => own().reviews.answer(id, { value: { city: 'Bonn' } }));
    expect(await shared.t.result(runId)).toMatchObject({ output: 'In Bonn.' });
    expect(shared.t.models.calls[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: '{"city":"Bonn"}',
    });
    expect(done).toEqual([]);
  });

  it('is told with what was decided, and by whom', async () => {
    asked();
    const { runId } = await shared.t.run(OrderAgent, 'order', { principal: ann });
    await as(ann, async () => own().reviews.reject((await openReview(runId)).id, { reason: 'no' }));
    await shared.t.result(runId);
    const events = await firstValueFrom(shared.t.orchestrator.handle(runId).agentEvents().pipe(toArray()));
    expect(events.find(({ type }) => type === 'review.decided')).toMatchObject({
      choice: 'reject',
      by: 'ann',
    });
  });

  it('is found again by the conversation, as long as it is open', async () => {
    const id = `chat ${store}`;
    asked();
    await as(ann, () => own().conversations.open({ id }));
    expect(await as(ann, () => own().agents.resume(id))).toBeUndefined();
    const { runId } = await shared.t.run(OrderAgent, 'order', { principal: ann, conversation: id });
    const active = await as(ann, () => own().agents.resume(id));
    expect(active?.handle.id).toBe(runId);
    await expect(as(bob, () => own().agents.resume(id))).rejects.toThrow(/no conversation/);
    await as(ann, async () => own().reviews.approve((await openReview(runId)).id));
    await shared.t.result(runId);
    expect(await as(ann, () => own().agents.resume(id))).toBeUndefined();
  });
});

describe.each(stores)('an input that takes the place of what was said (%s)', (store) => {
  const shared = sharedHost(store, [Shop, OrderAgent, Services]);
  const own = () => services.now as Services;
  const id = `thread ${store}`;
  const as = <T>(body: () => Promise<T>): Promise<T> => own().current.run(ann, body);
  const said = async () =>
    (await as(() => own().conversations.messages(id))).items.map(({ message }) => message.content);
  const talk = (input: string, more: object) =>
    shared.t.run(OrderAgent, input, { principal: ann, conversation: { id, ...more } });

  it('removes it and what followed, once the conversation is free, and refuses an id that is taken', async () => {
    shared.t.models.on(OrderAgent).replyOnce('one').replyOnce('two').replyOnce('three');
    await as(() => own().conversations.open({ id }));
    await talk('a', { messageId: 'm1' });
    await talk('b', { messageId: 'm2' });
    expect(await said()).toEqual(['a', 'one', 'b', 'two']);
    expect(await talk('c', { messageId: 'm1' })).toMatchObject({ status: 'failed' });
    expect(await said()).toEqual(['a', 'one', 'b', 'two']);
    await talk('c', { messageId: 'm3', replaces: 'm2' });
    expect(await said()).toEqual(['a', 'one', 'c', 'three']);
  });

  it('removes nothing where another run answers', async () => {
    shared.t.models
      .on(OrderAgent)
      .replyOnce(calls('order', { number: '7' }))
      .replyOnce('four');
    const { runId } = await talk('d', { messageId: 'm4' });
    expect(await talk('e', { messageId: 'm5', replaces: 'm1' })).toMatchObject({ status: 'failed' });
    await as(async () => own().reviews.approve((await own().reviews.list({ runId })).items[0]?.id ?? ''));
    await shared.t.result(runId);
    expect((await said())[0]).toBe('a');
  });

  it('is on record with what it has replaced, and a crash before the answer repeats nothing', async () => {
    shared.t.models.on(OrderAgent).replyOnce('five').replyOnce('five');
    const crash = shared.t.crashAt('append.before', { after: 2 });
    const handle = await shared.t.start(OrderAgent, 'f', {
      principal: ann,
      conversation: { id, messageId: 'm6', replaces: 'm4' },
    });
    await crash;
    await shared.t.recover();
    expect(await shared.t.result(handle.id)).toMatchObject({ status: 'completed', output: 'five' });
    expect(await said()).toEqual(['a', 'one', 'c', 'three', 'f', 'five']);
    const { items: records } = await shared.t.audit.find({ runId: handle.id, limit: 200 });
    const opened = records.filter(
      ({ type, payload }) =>
        type === 'call.completed' && 'name' in payload && payload.name === 'conversation',
    );
    expect(opened).toMatchObject([{ payload: { arguments: { replaces: 'm4', messageId: 'm6' } } }]);
  });
});

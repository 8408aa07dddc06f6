import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { HumanReview, Input, ReviewService, Step, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { until as eventually } from '../until.js';
import { Latch, until } from './moments.js';
import { lead } from './people.js';
import { recordsOf, story } from './records.js';

class Order {
  readonly sort!: string;
}

@Injectable()
class Kitchen {
  readonly cooked: string[] = [];
  readonly oven = new Latch();
}

@Injectable()
class Waiter {
  constructor(private readonly kitchen: Kitchen) {}

  @Tool({ description: 'Cooks', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async cook({ sort }: Order) {
    this.kitchen.cooked.push(sort);
    return `hot ${sort}`;
  }

  @Tool({ description: 'Bakes, slowly', effect: 'idempotent' })
  async bake({ sort }: Order) {
    this.kitchen.cooked.push(sort);
    await this.kitchen.oven.passed();
    return this.garnish({ sort });
  }

  @Tool({ description: 'Garnishes', effect: 'idempotent' })
  async garnish({ sort }: Order) {
    this.kitchen.cooked.push(`parsley on ${sort}`);
    return `garnished ${sort}`;
  }
}

@Workflow()
class MenuWorkflow {
  constructor(private readonly waiter: Waiter) {}

  /** Both need a person. */
  @Step()
  async both(@Input() _: string) {
    return Promise.all([this.waiter.cook({ sort: 'soup' }), this.waiter.cook({ sort: 'fish' })]);
  }
}

@Workflow()
class MixedWorkflow {
  constructor(private readonly waiter: Waiter) {}

  /** One needs a person, the other is in flight meanwhile. */
  @Step()
  async mixed(@Input() _: string) {
    return Promise.all([
      this.waiter.bake({ sort: 'bread' }),
      this.waiter.cook({ sort: 'soup' }),
      this.waiter.cook({ sort: 'fish' }),
    ]);
  }
}

describe.each(stores)('two tools of one step that both need a person (%s)', (store) => {
  let host: Host;
  let kitchen: Kitchen;
  beforeAll(async () => {
    host = await openHost(store, [Kitchen, Waiter, MenuWorkflow, MixedWorkflow]);
    kitchen = host.t.module.get(Kitchen);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    kitchen.cooked.length = 0;
  });

  /** The open review about one sort. */
  async function reviewOf(runId: string, sort: string) {
    const { items } = await host.t.module.get(ReviewService).list({ runId });
    const review = items.find(({ proposed }) => (proposed as unknown as Order).sort === sort);
    if (!review) throw new Error(`there is no open review about ${sort}`);
    return review.id;
  }

  it('are before people at the same time, as two reviews', async () => {
    const { runId, status } = await host.t.run(MenuWorkflow, 'x');
    expect(status).toBe('waiting');
    expect(await reviewOf(runId, 'soup')).not.toBe(await reviewOf(runId, 'fish'));
    expect(kitchen.cooked).toEqual([]);
  });

  it.each([
    ['soup', 'fish'],
    ['fish', 'soup'],
  ])('are decided one by one, %s first, and each is performed once', async (first, second) => {
    const { runId } = await host.t.run(MenuWorkflow, 'x');
    expect(await host.t.approve(await reviewOf(runId, first), { by: lead })).toMatchObject({
      status: 'waiting',
    });
    expect(kitchen.cooked).toEqual([first]);
    expect(await host.t.approve(await reviewOf(runId, second), { by: lead })).toMatchObject({
      status: 'completed',
      output: ['hot soup', 'hot fish'],
    });
    expect(kitchen.cooked).toEqual([first, second]);
    expect(await recordsOf(host.t, runId, 'review.requested')).toHaveLength(2);
    expect(await recordsOf(host.t, runId, 'call.completed')).toHaveLength(2);
    expect(await host.t.audit.verify(runId)).toMatchObject({ problems: [] });
  });

  it('lose no branch when both are decided at once', async () => {
    const { runId } = await host.t.run(MenuWorkflow, 'x');
    const reviews = host.t.module.get(ReviewService);
    const ids = [await reviewOf(runId, 'soup'), await reviewOf(runId, 'fish')];
    await Promise.all(ids.map((id) => reviews.approve(id, { by: lead })));
    expect(await host.t.orchestrator.handle(runId).result()).toMatchObject({
      output: ['hot soup', 'hot fish'],
    });
    expect(kitchen.cooked.toSorted()).toEqual(['fish', 'soup']);
  });

  it('fail the step when one was rejected, once the other is decided as well', async () => {
    const { runId } = await host.t.run(MenuWorkflow, 'x');
    await host.t.reject(await reviewOf(runId, 'soup'), { by: lead });
    expect(await host.t.reject(await reviewOf(runId, 'fish'), { by: lead })).toMatchObject({
      status: 'failed',
      error: { details: { code: 'REVIEW_REJECTED' } },
    });
    expect(kitchen.cooked).toEqual([]);
  });

  it('let a call that is in flight beside them come to its end, with the calls it makes', async () => {
    kitchen.oven.shut();
    const { id } = await host.t.start(MixedWorkflow, 'x');
    await until(() => kitchen.cooked.length === 1);
    kitchen.oven.release();
    expect(await host.t.result(id)).toMatchObject({ status: 'waiting' });
    expect(kitchen.cooked).toEqual(['bread', 'parsley on bread']);
    expect(await story(host.t, id)).toContain('call.completed bake');
    await host.t.approve(await reviewOf(id, 'soup'), { by: lead });
    expect(await host.t.approve(await reviewOf(id, 'fish'), { by: lead })).toMatchObject({
      status: 'completed',
      output: ['garnished bread', 'hot soup', 'hot fish'],
    });
    expect(kitchen.cooked).toEqual(['bread', 'parsley on bread', 'soup', 'fish']);
  });

  it('are asked, and decided, while a call beside them is still in flight', async () => {
    kitchen.oven.shut();
    const { id } = await host.t.start(MixedWorkflow, 'x');
    const reviews = host.t.module.get(ReviewService);
    await eventually('both are asked', async () => (await reviews.list({ runId: id })).items.length === 2);
    for (const sort of ['fish', 'soup']) await reviews.approve(await reviewOf(id, sort), { by: lead });
    await until(() => kitchen.cooked.length === 1);
    kitchen.oven.release();
    expect(await host.t.orchestrator.handle(id).result()).toMatchObject({
      status: 'completed',
      output: ['garnished bread', 'hot soup', 'hot fish'],
    });
    expect(kitchen.cooked.toSorted()).toEqual(['bread', 'fish', 'parsley on bread', 'soup']);
    expect(await recordsOf(host.t, id, 'review.requested')).toHaveLength(2);
  });

  it('go on when the second is decided while the first one is being performed', async () => {
    const { runId } = await host.t.run(MixedWorkflow, 'x');
    const reviews = host.t.module.get(ReviewService);
    const [soup, fish] = [await reviewOf(runId, 'soup'), await reviewOf(runId, 'fish')];
    await reviews.approve(soup, { by: lead });
    await reviews.approve(fish, { by: lead });
    expect(await host.t.orchestrator.handle(runId).result()).toMatchObject({ status: 'completed' });
    expect(kitchen.cooked.filter((one) => one === 'soup' || one === 'fish')).toHaveLength(2);
  });
});

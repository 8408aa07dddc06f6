import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Failure,
  From,
  Input,
  InputValidationError,
  NonRetryableError,
  RunFinishedError,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from './host.js';

/** What the steps have done, and whether the payment works. */
const world = { done: [] as string[], payment: 'broken' as 'broken' | 'works' };

@Workflow({ name: 'order', result: 'ship' })
class OrderWorkflow {
  @Step() price(@Input() articles: number) {
    world.done.push('price');
    return articles * 10;
  }

  @Step({ compensate: 'release' }) reserve(@From('price') price: number) {
    world.done.push('reserve');
    return `reserved for ${price}`;
  }

  release(@From('reserve') reserved: string, @Failure() failure: Error) {
    world.done.push(`released ${reserved}: ${failure.message}`);
  }

  @Step() pay(@From('price') price: number, @From('reserve') _: string) {
    world.done.push('pay');
    if (world.payment === 'broken') throw new NonRetryableError('no money');
    return `paid ${price}`;
  }

  @Step() ship(@From('pay') paid: string) {
    world.done.push('ship');
    return `shipped, ${paid}`;
  }
}

/** The same name, another decision: nothing is shipped any more. */
@Workflow({ name: 'order', result: 'ship' })
class ChangedOrderWorkflow {
  @Step() price(@Input() articles: number) {
    return articles * 10;
  }
  @Step({ compensate: 'release' }) reserve(@From('price') price: number) {
    return `reserved for ${price}`;
  }
  release() {}
  @Step() pay(@From('price') price: number, @From('reserve') _: string) {
    return `paid ${price}`;
  }
  @Step({ when: () => false }) ship(@From('pay') paid: string) {
    return paid;
  }
}

describe.each(stores)('runs that have ended (%s)', (store) => {
  let host: Host;
  afterEach(() => host.close());

  it('are tried again: what failed or was undone starts again, what has completed stays', async () => {
    host = await openHost(store, [OrderWorkflow]);
    const { t } = host;
    Object.assign(world, { done: [], payment: 'broken' });
    const failed = await t.run(OrderWorkflow, 3);
    expect(failed.status).toBe('failed');
    expect(world.done).toEqual(['price', 'reserve', 'pay', 'released reserved for 30: no money']);
    Object.assign(world, { done: [], payment: 'works' });
    const handle = t.orchestrator.handle(failed.runId);
    await handle.retry();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'shipped, paid 30' });
    expect(world.done).toEqual(['reserve', 'pay', 'ship']);
    expect(await t.audit.verify(failed.runId)).toMatchObject({ problems: [] });
    await expect(handle.retry()).rejects.toBeInstanceOf(RunFinishedError);
  });

  it('are tried again from an earlier step', async () => {
    host = await openHost(store, [OrderWorkflow]);
    Object.assign(world, { done: [], payment: 'broken' });
    const failed = await host.t.run(OrderWorkflow, 3);
    Object.assign(world, { done: [], payment: 'works' });
    const handle = host.t.orchestrator.handle(failed.runId);
    await expect(handle.retry({ from: 'prise' })).rejects.toBeInstanceOf(InputValidationError);
    await handle.retry({ from: 'price' });
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    expect(world.done).toEqual(['price', 'reserve', 'pay', 'ship']);
  });

  it('are forked at a step, with edited values, and stay as they were', async () => {
    host = await openHost(store, [OrderWorkflow]);
    const { t } = host;
    Object.assign(world, { done: [], payment: 'works' });
    const original = await t.run(OrderWorkflow, 3);
    world.done.length = 0;
    const source = t.orchestrator.handle(original.runId);
    const fork = await source.fork({ from: 'pay', edits: { outputs: { price: 99 } } });
    expect(await fork.result()).toMatchObject({ status: 'completed', output: 'shipped, paid 99' });
    expect(world.done).toEqual(['pay', 'ship']);
    expect(fork.id).not.toBe(original.runId);
    expect(await t.audit.verify(fork.id)).toMatchObject({ problems: [] });
    expect((await t.history(fork.id)).slice(0, 4)).toEqual([
      'run.created',
      'run.forked',
      'step.completed price',
      'step.completed reserve',
    ]);
    expect(await source.result()).toMatchObject({ output: 'shipped, paid 30' });
    await expect(source.fork({ from: 'reserve', edits: { outputs: { pay: 'x' } } })).rejects.toThrow(
      /pay can't be edited/,
    );
  });

  it('are replayed against the code that ran them without a divergence, also after failures and retries', async () => {
    host = await openHost(store, [OrderWorkflow]);
    const { t } = host;
    Object.assign(world, { done: [], payment: 'broken' });
    const { runId } = await t.run(OrderWorkflow, 3);
    expect(await t.orchestrator.handle(runId).replay()).toMatchObject({ divergences: [] });
    Object.assign(world, { done: [], payment: 'works' });
    await t.orchestrator.handle(runId).retry();
    await t.orchestrator.handle(runId).result();
    world.done.length = 0;
    expect(await t.orchestrator.handle(runId).replay()).toMatchObject({ divergences: [] });
    expect(world.done).toEqual([]);
  });
});

describe('replay against changed code', () => {
  it("names what today's code would decide otherwise", async () => {
    const before = await openHost('database', [OrderWorkflow]);
    Object.assign(world, { done: [], payment: 'works' });
    const { runId } = await before.t.run(OrderWorkflow, 3);
    await before.t.close();
    const { database } = before;
    if (!database) throw new Error('this test has a database');
    const after = await openHost('database', [ChangedOrderWorkflow], {}, { database });
    const report = await after.t.orchestrator.handle(runId).replay();
    expect(report.divergences).toEqual([
      expect.objectContaining({
        step: 'ship',
        recorded: 'step.completed ship#0',
        planned: ['step.skipped ship#0 (when)'],
      }),
    ]);
    await after.t.close();
    await database.close();
  });
});

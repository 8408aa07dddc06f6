import { beforeEach, describe, expect, it } from '@jest/globals';
import { IdempotencyConflictError, Input, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let begun: unknown[] = [];

@Workflow()
class OrderWorkflow {
  @Step() place(@Input() order: unknown) {
    begun.push(order);
    return order;
  }
}

@Workflow()
class OtherWorkflow {
  @Step() place(@Input() order: unknown) {
    return order;
  }
}

let keys = 0;

describe.each(stores)('idempotency keys (%s)', (store) => {
  const shared = sharedHost(store, [OrderWorkflow, OtherWorkflow]);
  let idempotencyKey = '';
  beforeEach(() => {
    begun = [];
    idempotencyKey = `key ${(keys += 1)}`;
  });

  it('of twenty simultaneous starts with one key there is one run, and all get its result', async () => {
    const handles = await Promise.all(
      Array.from({ length: 20 }, () => shared.t.start(OrderWorkflow, { b: 1, a: 2 }, { idempotencyKey })),
    );
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(new Set(handles.map(({ id }) => id)).size).toBe(1);
    for (const result of results)
      expect(result).toMatchObject({ status: 'completed', output: { a: 2, b: 1 } });
    expect(begun).toHaveLength(1);
  });

  it('the same input written in another order is the same input', async () => {
    const first = await shared.t.start(OrderWorkflow, { a: 2, b: 1 }, { idempotencyKey });
    const second = await shared.t.start(OrderWorkflow, { b: 1, a: 2 }, { idempotencyKey });
    expect(second.id).toBe(first.id);
    await first.result();
  });

  it('another input is a conflict that names the run, and changes nothing', async () => {
    const first = await shared.t.start(OrderWorkflow, { a: 1 }, { idempotencyKey });
    await first.result();
    const second = shared.t.start(OrderWorkflow, { a: 2 }, { idempotencyKey });
    await expect(second).rejects.toBeInstanceOf(IdempotencyConflictError);
    await expect(second).rejects.toThrow(
      `The idempotency key '${idempotencyKey}' of order already stands for run ${first.id}`,
    );
    expect(begun).toEqual([{ a: 1 }]);
  });

  it('is one for each tenant and each workflow', async () => {
    const by = (tenant: string) => ({ id: 'ada', roles: [], tenant });
    const handles = [
      await shared.t.start(OrderWorkflow, 1, { idempotencyKey }),
      await shared.t.start(OtherWorkflow, 2, { idempotencyKey }),
      await shared.t.start(OrderWorkflow, 3, { idempotencyKey, principal: by('one') }),
      await shared.t.start(OrderWorkflow, 4, { idempotencyKey, principal: by('two') }),
    ];
    expect(new Set(handles.map(({ id }) => id)).size).toBe(4);
    await Promise.all(handles.map((handle) => handle.result()));
  });

  it('startMany: one run for each input, and the same ones the second time', async () => {
    const start = () => shared.t.orchestrator.startMany(OrderWorkflow, ['a', 'b', 'c'], { idempotencyKey });
    const first = await start();
    const results = await Promise.all(first.map((handle) => handle.result()));
    expect(results.map((result) => result.status === 'completed' && result.output)).toEqual(['a', 'b', 'c']);
    const second = await start();
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(begun).toHaveLength(3);
  });

  it('startMany of nothing starts nothing', async () => {
    expect(await shared.t.orchestrator.startMany(OrderWorkflow, [])).toEqual([]);
  });
});

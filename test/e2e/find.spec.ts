import { beforeAll, describe, expect, it } from '@jest/globals';
import { Input, NonRetryableError, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

@Workflow()
class AlphaWorkflow {
  @Step() work(@Input() how: string) {
    if (how === 'fail') throw new NonRetryableError('as asked');
    return how;
  }
}

@Workflow()
class BetaWorkflow {
  @Step({ waitFor: 'never' }) work() {
    return 1;
  }
}

describe.each(stores)('find() (%s)', (store) => {
  const shared = sharedHost(store, [AlphaWorkflow, BetaWorkflow]);
  const ids: string[] = [];
  const at: Date[] = [];
  const find = async (filter: Parameters<typeof shared.t.orchestrator.find>[0]) =>
    (await shared.t.orchestrator.find(filter)).items.map(({ id }) => ids.indexOf(id));

  beforeAll(async () => {
    const { t } = shared;
    const begin = async (start: () => Promise<{ readonly runId: string }>) => {
      at.push(new Date(t.clock.now()));
      ids.push((await start()).runId);
      await t.clock.advance('1m');
    };
    const ada = { id: 'ada', roles: [], tenant: 'acme' };
    await begin(() => t.run(AlphaWorkflow, 'one', { tags: ['vip', 'eu'] }));
    await begin(() => t.run(AlphaWorkflow, 'fail', { principal: ada, tags: ['eu'] }));
    await begin(() => t.run(BetaWorkflow, null, { principal: ada }));
    await begin(() => t.run(AlphaWorkflow, 'two'));
    await begin(() => t.run(AlphaWorkflow, 'three'));
  });

  it('newest first, by workflow, status, tag, principal, tenant and time', async () => {
    expect(await find({})).toEqual([4, 3, 2, 1, 0]);
    expect(await find({ workflow: 'alpha' })).toEqual([4, 3, 1, 0]);
    expect(await find({ status: 'waiting' })).toEqual([2]);
    expect(await find({ status: ['failed', 'waiting'] })).toEqual([2, 1]);
    expect(await find({ tag: 'eu' })).toEqual([1, 0]);
    expect(await find({ tag: 'vip', workflow: 'alpha' })).toEqual([0]);
    expect(await find({ principal: 'ada' })).toEqual([2, 1]);
    expect(await find({ tenant: 'acme', status: 'failed' })).toEqual([1]);
    expect(await find({ tenant: 'nobody' })).toEqual([]);
    const [from, to] = [at[1], at[3]];
    expect(await find({ ...(from ? { from } : {}), ...(to ? { to } : {}) })).toEqual([2, 1]);
  });

  it('page by page, each run once, also when new ones come in between', async () => {
    const first = await shared.t.orchestrator.find({ limit: 2 });
    expect(first.items.map(({ id }) => ids.indexOf(id))).toEqual([4, 3]);
    await shared.t.run(AlphaWorkflow, 'new');
    const second = await shared.t.orchestrator.find({
      limit: 2,
      ...(first.next ? { cursor: first.next } : {}),
    });
    expect(second.items.map(({ id }) => ids.indexOf(id))).toEqual([2, 1]);
    const third = await shared.t.orchestrator.find({
      limit: 2,
      ...(second.next ? { cursor: second.next } : {}),
    });
    expect(third.items.map(({ id }) => ids.indexOf(id))).toEqual([0]);
    expect(third.next).toBeUndefined();
  });

  it('says where a run stands', async () => {
    const { items } = await shared.t.orchestrator.find({ status: 'failed' });
    expect(items[0]).toMatchObject({
      workflow: 'alpha',
      status: 'failed',
      principal: { id: 'ada' },
      tags: ['eu'],
    });
    expect(items[0]?.finishedAt).toBeInstanceOf(Date);
  });

  it('refuses a cursor that is none', async () => {
    await expect(shared.t.orchestrator.find({ cursor: 'page 2' })).rejects.toThrow(
      "'page 2' is not a cursor",
    );
  });

  it('finds a person and a tenant however their accents were typed', async () => {
    const { t } = shared;
    const composed = { id: 'Jos\u00e9', roles: [], tenant: 'caf\u00e9' };
    const { runId } = await t.run(AlphaWorkflow, 'accents', { principal: composed });
    const found = async (filter: Parameters<typeof t.orchestrator.find>[0]) =>
      (await t.orchestrator.find(filter)).items.map(({ id }) => id);
    expect(await found({ principal: 'Jose\u0301' })).toEqual([runId]);
    expect(await found({ tenant: 'cafe\u0301' })).toEqual([runId]);
  });
});

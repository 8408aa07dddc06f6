import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  delegate,
  From,
  InputValidationError,
  Item,
  NonRetryableError,
  type PerItem,
  RunFinishedError,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

const world = { done: [] as string[], isBroken: true };

function attempted(what: string): string {
  world.done.push(what);
  if (world.isBroken) throw new NonRetryableError(`${what} is broken`);
  return what;
}

@Workflow({ result: 'sum' })
class ItemsWorkflow {
  @Step({ forEach: { over: () => ['a', 'b', 'c'], concurrency: 1 } }) each(
    @Item() item: string,
  ): PerItem<string> {
    if (item === 'b') return attempted(item);
    world.done.push(item);
    return item;
  }
  @Step() sum(@From('each') items: string[]) {
    return items.join('');
  }
}

@Workflow({ result: 'last' })
class LineWorkflow {
  @Step() first() {
    world.done.push('first');
    return 1;
  }
  @Step({ after: 'first' }) second() {
    return attempted('second');
  }
  @Step({ after: 'second', waitFor: 'go' }) held() {
    return 'held';
  }
  @Step({ after: 'held' }) last() {
    world.done.push('last');
    return 'done';
  }
}

@Workflow()
class ChildWorkflow {
  @Step() work() {
    return attempted('child');
  }
}

@Workflow({ result: 'ask' })
class ParentWorkflow {
  @Step({ delegate: ChildWorkflow }) ask() {
    return delegate(ChildWorkflow, null);
  }
}

describe.each(stores)('retry (%s)', (store) => {
  const shared = sharedHost(store, [ItemsWorkflow, LineWorkflow, ChildWorkflow, ParentWorkflow]);
  beforeEach(() => {
    Object.assign(world, { done: [], isBroken: true });
  });
  const failed = async (workflow: typeof LineWorkflow | typeof ItemsWorkflow | typeof ParentWorkflow) => {
    const { runId, status } = await shared.t.run(workflow, null);
    expect(status).toBe('failed');
    Object.assign(world, { done: [], isBroken: false });
    return shared.t.orchestrator.handle(runId);
  };

  it('of a run that waits is refused, and names what to do', async () => {
    world.isBroken = false;
    const { runId } = await shared.t.run(LineWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await expect(handle.retry()).rejects.toBeInstanceOf(RunFinishedError);
    await expect(handle.retry()).rejects.toThrow(/waiting: only a failed or cancelled run.*fork\(\)/);
  });

  it('from a step that never ran continues with what failed, and tells a wrong name', async () => {
    const handle = await failed(LineWorkflow);
    await expect(handle.retry({ from: 'lost' })).rejects.toBeInstanceOf(InputValidationError);
    await handle.retry({ from: 'last' });
    await handle.signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
    expect(world.done).toEqual(['second', 'last']);
  });

  it('of a run that was cancelled while it waited begins the wait again', async () => {
    world.isBroken = false;
    const handle = await shared.t.start(LineWorkflow, null);
    await handle.idle();
    await handle.cancel('a mistake');
    await handle.result();
    world.done = [];
    await handle.retry();
    expect(await handle.idle()).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'signal' }] });
    await handle.signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
    expect(world.done).toEqual(['last']);
    expect(await handle.replay()).toMatchObject({ divergences: [] });
  });

  it('of a forEach step runs only the items that failed or had not begun', async () => {
    const handle = await failed(ItemsWorkflow);
    await handle.retry();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'abc' });
    expect(world.done).toEqual(['b', 'c']);
    expect(await handle.replay()).toMatchObject({ divergences: [] });
  });

  it('of a parent whose child has failed starts another child', async () => {
    const handle = await failed(ParentWorkflow);
    await handle.retry();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'child' });
    const { items } = await shared.t.orchestrator.find({ parentRunId: handle.id });
    expect(items.map(({ status }) => status).toSorted()).toEqual(['completed', 'failed']);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CollectedItem,
  Failure,
  From,
  Input,
  Item,
  ItemIndex,
  NonRetryableError,
  type PerItem,
  Step,
  StepContext,
  Workflow,
} from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let active = 0;
let most = 0;
let attempts: string[] = [];

/** Lets all that may run at the same time do so. */
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

@Workflow()
class ListWorkflow {
  @Step() split(@Input() text: string) {
    return text.split('').filter(Boolean);
  }

  @Step({ forEach: 'split' }) async shout(
    @Item() letter: string,
    @ItemIndex() index: number,
  ): Promise<PerItem<string>> {
    // The later an item is in the list, the sooner it is done.
    for (let turn = 10; turn > index; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
    return `${index}${letter.toUpperCase()}`;
  }

  @Step() join(@From('shout') letters: string[]) {
    return letters;
  }
}

@Workflow()
class BoundedWorkflow {
  @Step({
    forEach: { over: ({ input }: { input: number }) => Array.from({ length: input }), concurrency: 3 },
  })
  async work(@ItemIndex() index: number): Promise<PerItem<number>> {
    active += 1;
    most = Math.max(most, active);
    await turns();
    active -= 1;
    return index;
  }
}

@Workflow()
class FailingItemsWorkflow {
  @Step({
    forEach: { over: ({ input }: { input: string[] }) => input, onError: 'collect' },
    retry: { attempts: 2, initialDelay: 1 },
  })
  check(@Item() item: string): CollectedItem<string | undefined> {
    attempts.push(item);
    if (item === 'silent') return undefined;
    if (item === 'flaky' && attempts.filter((one) => one === 'flaky').length === 1) throw new Error('once');
    if (item === 'bad') throw new NonRetryableError('is bad');
    return item;
  }
}

@Workflow()
class StrictItemsWorkflow {
  @Step({ forEach: ({ input }: { input: string[] }) => input, retry: { attempts: 2, initialDelay: 1 } })
  async check(@Item() item: string, ctx: StepContext): Promise<PerItem<string>> {
    attempts.push(item);
    if (item === 'bad') throw new NonRetryableError('is bad');
    if (item === 'slow') await new Promise((resolve) => ctx.abortSignal.addEventListener('abort', resolve));
    return item;
  }
}

@Workflow()
class FallbackItemsWorkflow {
  @Step({
    forEach: ({ input }: { input: string[] }) => input,
    fallback: 'guess',
    retry: { attempts: 2, initialDelay: 1 },
  })
  check(@Item() item: string): PerItem<string> {
    attempts.push(item);
    if (item === 'bad') throw new Error('is bad');
    return item;
  }

  guess(@Item() item: string, @ItemIndex() index: number, @Failure() failure: Error): string {
    return `${item} ${index} ${failure.message}`;
  }
}

const workflows = [
  ListWorkflow,
  BoundedWorkflow,
  FailingItemsWorkflow,
  StrictItemsWorkflow,
  FallbackItemsWorkflow,
];

describe.each(stores)('forEach (%s)', (store) => {
  const shared = sharedHost(store, workflows);
  beforeEach(() => {
    attempts = [];
  });

  it('runs the method once for each item of a step, and keeps the order whichever is done first', async () => {
    const result = await shared.t.run(ListWorkflow, 'abc');
    expect(result).toMatchObject({ status: 'completed', output: ['0A', '1B', '2C'] });
    const history = await shared.t.history(result.runId);
    expect(history.filter((line) => line === 'items.listed shout')).toHaveLength(1);
    // Three items and the step itself.
    expect(history.filter((line) => line === 'step.completed shout')).toHaveLength(4);
  });

  it('gives an empty list for an empty list', async () => {
    const result = await shared.t.run(ListWorkflow, '');
    expect(result).toMatchObject({ status: 'completed', output: [] });
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed split',
      'items.listed shout',
      'step.completed shout',
      'step.completed join',
      'run.completed',
    ]);
  });

  it('has exactly as many items going on at the same time as `concurrency` says', async () => {
    active = 0;
    most = 0;
    const result = await shared.t.run(BoundedWorkflow, 20);
    expect(result).toMatchObject({ output: Array.from({ length: 20 }, (_, index) => index) });
    expect(most).toBe(3);
  });

  it('fails the step with the first item that fails for good, and aborts the others', async () => {
    const result = await shared.t.run(StrictItemsWorkflow, ['good', 'slow', 'bad']);
    expect(result.status).toBe('failed');
    expect('error' in result && result.error.message).toContain('strict-items.check');
    expect('error' in result && result.error.message).toContain('is bad');
  });

  it("with onError 'collect' continues, and readers see which have failed and why", async () => {
    const result = await shared.t.run(FailingItemsWorkflow, ['good', 'flaky', 'bad', 'silent']);
    expect(result).toMatchObject({
      status: 'completed',
      output: [
        { status: 'completed', value: 'good' },
        { status: 'completed', value: 'flaky' },
        { status: 'failed', error: { code: 'NON_RETRYABLE', message: 'is bad' } },
        { status: 'completed', value: null },
      ],
    });
    expect(attempts.toSorted()).toEqual(['bad', 'flaky', 'flaky', 'good', 'silent']);
  });

  it('lets the fallback answer for the item that has used up its attempts', async () => {
    const result = await shared.t.run(FallbackItemsWorkflow, ['good', 'bad', 'fine']);
    expect(result).toMatchObject({ status: 'completed', output: ['good', 'bad 1 is bad', 'fine'] });
    expect(attempts.toSorted()).toEqual(['bad', 'bad', 'fine', 'good']);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Step, Workflow } from 'nestjs-nestor';
import { sharedHost } from './shared-host.js';
import { stores } from './host.js';

let calls = 0;
let thrown: () => unknown = () => new Error('plain');
let judge: (error: unknown) => unknown = () => true;

@Workflow({ name: 'judged' })
class JudgedWorkflow {
  @Step({ retry: { attempts: 3, initialDelay: 1, retryOn: (error) => judge(error) as boolean } })
  call(): string {
    calls += 1;
    throw thrown();
  }
}
@Workflow({ name: 'asks-a-promise' })
class PromiseWorkflow {
  // A promise is always true: the types refuse it, plain JavaScript does not.
  @Step({ when: (() => Promise.reject(new Error('no'))) as unknown as () => boolean }) maybe() {
    calls += 1;
    return 'ran';
  }
}

describe.each(stores)('a callback that fails while a failure is handled (%s)', (store) => {
  const shared = sharedHost(store, [JudgedWorkflow, PromiseWorkflow]);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(() => {
    process.on('unhandledRejection', note);
    for (const level of ['error', 'warn'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => {
        throw new Error('the logger of the host');
      });
  });
  afterAll(() => {
    process.off('unhandledRejection', note);
    jest.restoreAllMocks();
  });
  beforeEach(() => {
    calls = 0;
    unhandled.length = 0;
    thrown = () => new Error('plain');
    judge = () => true;
  });
  const failed = async (workflow: typeof JudgedWorkflow | typeof PromiseWorkflow) => {
    const result = await shared.t.run(workflow, undefined as never);
    expect(result).toMatchObject({ status: 'failed' });
    expect(unhandled).toEqual([]);
  };

  it('`retryOn` throws: the step fails, the process lives', async () => {
    judge = (error) => (error as { response: { status: number } }).response.status !== 400;
    await failed(JudgedWorkflow);
    expect(calls).toBe(1);
  });

  it('`retryOn` gives a promise: that is not a yes', async () => {
    judge = () => Promise.reject(new Error('no'));
    await failed(JudgedWorkflow);
    expect(calls).toBe(1);
  });

  it('`when` gives a promise: that is not a yes', async () => {
    await failed(PromiseWorkflow);
    expect(calls).toBe(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e17])(
    'the error asks to wait for %s ms: it is tried again as if it had not asked',
    async (retryAfter) => {
      thrown = () => Object.assign(new Error('429'), { retryAfter });
      await failed(JudgedWorkflow);
      expect(calls).toBe(3);
    },
  );

  it('every property of the error throws: the attempts are made, and the run fails', async () => {
    thrown = () =>
      new Proxy(new Error('x'), {
        get: () => {
          throw new Error('trap');
        },
      });
    await failed(JudgedWorkflow);
    expect(calls).toBe(3);
  });
});

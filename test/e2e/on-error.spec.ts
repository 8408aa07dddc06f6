import { beforeEach, describe, expect, it } from '@jest/globals';
import { From, Input, Item, NonRetryableError, type PerItem, Step, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

const ada = { id: 'ada', roles: ['lead'] };
let isBroken = true;
let begun = 0;

@Workflow()
class SkipWorkflow {
  @Step() order(@Input() id: string) {
    return id;
  }

  @Step({ onError: 'skip' }) enrich(@From('order') _: string): string {
    throw new NonRetryableError('no such customer');
  }

  @Step() send(@From('order') id: string, @From('enrich') more: string | undefined) {
    return `${id} ${more ?? 'without more'}`;
  }
}

@Workflow()
class AskWorkflow {
  @Step() order(@Input() id: string) {
    return id;
  }

  @Step({ onError: 'review' }) price(@From('order') id: string): string {
    begun += 1;
    if (isBroken) throw new NonRetryableError('the price list is gone');
    return `price of ${id}`;
  }

  @Step() offer(@From('order') id: string, @From('price') price: string | undefined) {
    return `${id}: ${price ?? 'on request'}`;
  }
}

@Workflow()
class AskForItemsWorkflow {
  @Step({ onError: 'review', forEach: ({ input }: { input: string[] }) => input }) price(
    @Item() id: string,
  ): PerItem<string> {
    begun += 1;
    if (isBroken && id === 'b') throw new NonRetryableError('b has no price');
    return `price of ${id}`;
  }
}

describe.each(stores)('onError (%s)', (store) => {
  const shared = sharedHost(store, [SkipWorkflow, AskWorkflow, AskForItemsWorkflow]);
  beforeEach(() => {
    isBroken = true;
    begun = 0;
  });

  it("'fail' is the default: the run ends with the step's name and error", async () => {
    isBroken = true;
    const result = await shared.t.run(SkipWorkflow, 'A1');
    expect(result).toMatchObject({ status: 'completed', output: 'A1 without more' });
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed order',
      'step.failed enrich',
      'step.skipped enrich',
      'step.completed send',
      'run.completed',
    ]);
  });

  it("'review' lets the run wait for a person, who reads what has failed", async () => {
    const result = await shared.t.run(AskWorkflow, 'A1');
    expect(result).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'price' }] });
    expect((await shared.t.history(result.runId)).slice(-4)).toEqual([
      'step.failed price',
      'review.requested price',
      'step.waiting price',
      'run.waiting',
    ]);
    await shared.t.orchestrator.handle(result.runId).cancel('seen');
  });

  it("'review', retry: the step begins again, with all its attempts", async () => {
    const { runId } = await shared.t.run(AskWorkflow, 'A1');
    isBroken = false;
    expect(await shared.t.approve(runId, { by: ada })).toMatchObject({
      status: 'completed',
      output: 'A1: price of A1',
    });
    expect(begun).toBe(2);
  });

  it("'review', retry: asks again when it fails again", async () => {
    const { runId } = await shared.t.run(AskWorkflow, 'A1');
    expect(await shared.t.approve(runId, { by: ada })).toMatchObject({ status: 'waiting' });
    isBroken = false;
    expect(await shared.t.approve(runId, { by: ada })).toMatchObject({ status: 'completed' });
    expect(begun).toBe(3);
  });

  it("'review', skip: those that read the step get undefined", async () => {
    const { runId } = await shared.t.run(AskWorkflow, 'A1');
    expect(await shared.t.skip(runId, { by: ada })).toMatchObject({
      status: 'completed',
      output: 'A1: on request',
    });
  });

  it("'review', answer: what the person gives is the output", async () => {
    const { runId } = await shared.t.run(AskWorkflow, 'A1');
    expect(await shared.t.answer(runId, '7 €', { by: ada })).toMatchObject({
      status: 'completed',
      output: 'A1: 7 €',
    });
    expect(begun).toBe(1);
  });

  it("'review', fail: the run fails, and says who decided", async () => {
    const { runId } = await shared.t.run(AskWorkflow, 'A1');
    const result = await shared.t.reject(runId, { by: ada, reason: 'no offer then' });
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'REVIEW_REJECTED' } } });
    expect('error' in result && result.error.message).toContain(
      'ask.price was rejected by ada: no offer then',
    );
  });

  it("'review', retry, on a forEach: the items that had failed run again, and only those", async () => {
    const { runId } = await shared.t.run(AskForItemsWorkflow, ['a', 'b', 'c']);
    isBroken = false;
    expect(await shared.t.approve(runId, { by: ada })).toMatchObject({
      status: 'completed',
      output: ['price of a', 'price of b', 'price of c'],
    });
    expect(begun).toBe(4);
  });
});

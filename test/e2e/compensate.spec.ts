import { beforeEach, describe, expect, it } from '@jest/globals';
import {
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

let undone: string[] = [];
let refusals = 0;

type How = 'fail' | 'wait' | 'work';

@Workflow({ timeout: '10m' })
class TripWorkflow {
  @Step({ compensate: 'cancelFlight' }) flight(@Input() _: How) {
    return 'LH1';
  }

  cancelFlight(@From('flight') flight: string, @Failure() failure: Error) {
    undone.push(`flight ${flight}: ${failure.message}`);
  }

  @Step({ after: 'flight', compensate: 'cancelHotel', retry: { attempts: 3, initialDelay: 1 } }) hotel() {
    return 'Ritz';
  }

  cancelHotel(@From('hotel') hotel: string, ctx: StepContext) {
    if (refusals-- > 0) throw new Error('the hotel does not answer');
    undone.push(`hotel ${hotel} ${ctx.step} ${ctx.attempt}`);
  }

  @Step({
    after: 'hotel',
    compensate: 'never',
    waitFor: { signal: 'weather' },
    when: ({ input }) => input === 'wait',
  })
  weather() {
    return 'fine';
  }

  never() {
    undone.push('what never happened');
  }

  @Step({ after: 'weather', join: 'any' }) unused() {
    return 'unused';
  }

  @Step({ after: ['hotel', 'unused'] }) async pay(@Input() how: How, ctx: StepContext) {
    if (how === 'fail') throw new NonRetryableError('no money');
    if (how === 'work') await new Promise((resolve) => ctx.abortSignal.addEventListener('abort', resolve));
    return 'paid';
  }
}

@Workflow()
class RoundsWorkflow {
  @Step({ compensate: 'release', repeat: { from: 'reserve', while: () => true, max: 2 } }) reserve(
    ctx: StepContext,
  ) {
    return `round ${ctx.iteration}`;
  }

  release(@From('reserve') what: string) {
    undone.push(what);
  }
}

@Workflow({ result: 'end' })
class ItemsWorkflow {
  @Step({ forEach: ({ input }: { input: string[] }) => input, compensate: 'giveBack' })
  take(@Item() item: string, @ItemIndex() index: number): PerItem<string> {
    return `${item}${index}`;
  }

  giveBack(@From('take') what: unknown, @Item() item: string, @ItemIndex() index: number) {
    undone.push(`${String(what)} ${item} ${index}`);
  }

  @Step({ after: 'take' }) end() {
    throw new NonRetryableError('too late');
  }
}

const since = (history: string[], line: string) => history.slice(history.indexOf(line));

describe.each(stores)('compensate (%s)', (store) => {
  const shared = sharedHost(store, [TripWorkflow, RoundsWorkflow, ItemsWorkflow]);
  beforeEach(() => {
    undone = [];
    refusals = 0;
  });

  it('undoes what has completed, the last thing first, when a later step fails', async () => {
    const result = await shared.t.run(TripWorkflow, 'fail');
    expect(result.status).toBe('failed');
    expect(undone).toEqual(['hotel Ritz hotel 1', 'flight LH1: no money']);
    expect(since(await shared.t.history(result.runId), 'step.failed pay')).toEqual([
      'step.failed pay',
      'step.compensated hotel',
      'step.compensated flight',
      'run.failed',
    ]);
  });

  it('on cancel too, with the reason as the failure', async () => {
    const { runId } = await shared.t.run(TripWorkflow, 'wait');
    const handle = shared.t.orchestrator.handle(runId);
    await handle.cancel('we stay at home');
    expect(await handle.result()).toMatchObject({ status: 'cancelled' });
    expect(undone).toEqual(['hotel Ritz hotel 1', expect.stringContaining('we stay at home')]);
  });

  it('and when the run has used up its time', async () => {
    const handle = await shared.t.start(TripWorkflow, 'work');
    const { t } = shared;
    while (!(await t.history(handle.id)).includes('step.completed hotel')) await t.clock.advance(1);
    await t.clock.advance('11m');
    expect(await handle.result()).toMatchObject({
      status: 'failed',
      error: { cause: { code: 'STEP_TIMEOUT' } },
    });
    expect(undone).toEqual(['hotel Ritz hotel 1', expect.stringContaining('longer than its timeout')]);
  });

  it('tries a compensation again, with the attempts of its step', async () => {
    refusals = 2;
    const result = await shared.t.run(TripWorkflow, 'fail');
    expect(undone).toEqual(['hotel Ritz hotel 3', 'flight LH1: no money']);
    expect(since(await shared.t.history(result.runId), 'step.failed pay')).toEqual([
      'step.failed pay',
      'step.failed hotel',
      'step.failed hotel',
      'step.compensated hotel',
      'step.compensated flight',
      'run.failed',
    ]);
  });

  it('names a compensation that has failed for good, and still does the others', async () => {
    refusals = 9;
    const result = await shared.t.run(TripWorkflow, 'fail');
    expect(undone).toEqual(['flight LH1: no money']);
    expect(result).toMatchObject({
      status: 'failed',
      error: { cause: { details: { compensationsFailed: ['hotel'] } } },
    });
    expect('error' in result && result.error.message).toContain('no money');
    expect('error' in result && result.error.message).toContain('What could not be undone: hotel');
  });

  it('names it after a cancel as well', async () => {
    refusals = 9;
    const { runId } = await shared.t.run(TripWorkflow, 'wait');
    const handle = shared.t.orchestrator.handle(runId);
    await handle.cancel('we stay at home');
    const result = await handle.result();
    expect('error' in result && result.error.message).toContain('we stay at home');
    expect('error' in result && result.error.message).toContain('What could not be undone: hotel');
  });

  it('undoes each round of a loop', async () => {
    const result = await shared.t.run(RoundsWorkflow, null);
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'LOOP_LIMIT_EXCEEDED' } } });
    expect(undone).toEqual(['round 1', 'round 0']);
  });

  it('undoes each item of a forEach, with the item at hand', async () => {
    await shared.t.run(ItemsWorkflow, ['a', 'b']);
    expect(undone.toSorted()).toEqual(['a0 a 0', 'b1 b 1']);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { From, Input, Item, type PerItem, Step, StepContext, Workflow } from 'nestjs-nestor';
import type { CrashPoint } from 'nestjs-nestor/testing';
import { recordsOf } from './gate/records.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let begun: string[] = [];

@Workflow()
class ChainWorkflow {
  @Step() first(@Input() n: number, ctx: StepContext) {
    begun.push(`first ${ctx.idempotencyKey}`);
    return n + 1;
  }

  @Step({ forEach: ({ input }: { input: number }) => [input, input] })
  many(@Item() n: number, @From('first') _: number, ctx: StepContext): PerItem<number> {
    begun.push(`many ${ctx.idempotencyKey}`);
    return n;
  }

  @Step({ waitFor: 'go', after: 'many' }) hold(ctx: StepContext) {
    begun.push(`hold ${ctx.idempotencyKey}`);
    return 'go';
  }

  @Step({ after: 'hold' }) last(@From('first') a: number, @From('many') b: number[]) {
    begun.push('last');
    return [a, ...b];
  }
}

/** Points before and after everything that a run of this workflow puts on disk. */
const crashes: [CrashPoint, number][] = [
  ...[0, 1, 2, 3, 4].map((after): [CrashPoint, number] => ['append.before', after]),
  ...[0, 1, 2, 3, 4].map((after): [CrashPoint, number] => ['append.after', after]),
  ['claim', 0],
  ['release', 0],
  ['release', 1],
];

describe.each(stores)('a crash (%s)', (store) => {
  const shared = sharedHost(store, [ChainWorkflow]);
  beforeEach(() => {
    begun = [];
  });

  it.each(crashes)(
    'at %s, passed %i times before: nothing is lost, what has completed never runs again',
    async (point, after) => {
      const { t } = shared;
      const crash = t.crashAt(point, { after }).then(() => 'crashed' as const);
      let lives = 1;
      /** Until that, or the crash and then that in the life after it. */
      const reach = async (goal: () => Promise<unknown>) => {
        if (lives === 1 && (await Promise.race([goal(), crash])) === 'crashed') {
          lives += 1;
          await t.recover();
        }
        await goal();
      };
      const handle = await t.start(ChainWorkflow, 1);
      await reach(() => handle.idle());
      await handle.signal('go');
      await reach(() => handle.result());
      expect(await handle.result()).toMatchObject({ status: 'completed', output: [2, 1, 1] });
      expect(lives).toBe(2);
      const history = await t.history(handle.id);
      for (const step of ['first', 'hold', 'last'])
        expect(history.filter((line) => line === `step.completed ${step}`)).toHaveLength(1);
      expect(history.filter((line) => line === 'step.completed many')).toHaveLength(3);
      // An interrupted attempt may be made again, under the same key; and only one at a crash.
      expect(new Set(begun).size).toBe(5);
      expect(begun.length - 5).toBeLessThanOrEqual(2);
      expect(await t.audit.verify(handle.id)).toMatchObject({ problems: [] });
    },
  );

  it('can be told from a run that was woken: the audit trail says who went on and why', async () => {
    const { t } = shared;
    const crashed = t.crashAt('append.before', { after: 1 });
    const handle = await t.start(ChainWorkflow, 1);
    await crashed;
    await t.recover();
    await handle.idle();
    await handle.signal('go');
    await handle.result();
    const resumed = await recordsOf(t, handle.id, 'run.resumed');
    expect(resumed.map(({ payload }) => payload.reason)).toEqual(['recovered', 'wake']);
  });

  it('between the creation of a run and its first step: the caller gets an error, and the run is done all the same', async () => {
    const { t } = shared;
    void t.crashAt('create');
    await expect(t.start(ChainWorkflow, 1, { tags: ['orphan'] })).rejects.toThrow(
      'simulated crash at create',
    );
    await t.recover();
    const { items } = await t.orchestrator.find({ tag: 'orphan' });
    const [run] = items;
    expect(await t.result(run?.id ?? '')).toMatchObject({ status: 'waiting' });
    await t.orchestrator.handle(run?.id ?? '').signal('go');
    expect(await t.result(run?.id ?? '')).toMatchObject({ status: 'completed' });
  });

  it('whose answer to a creation is lost, without the end of the process: the run is taken up again', async () => {
    const { t } = shared;
    void t.crashAt('create');
    await expect(t.start(ChainWorkflow, 1, { tags: ['stranded'] })).rejects.toThrow(
      'simulated crash at create',
    );
    await t.clock.advance('1s');
    const { items } = await t.orchestrator.find({ tag: 'stranded' });
    expect(await t.result(items[0]?.id ?? '')).toMatchObject({ status: 'waiting' });
  });

  it('while a message is left tells the sender, and the message can be sent again', async () => {
    const { t } = shared;
    const { runId } = await t.run(ChainWorkflow, 1);
    const handle = t.orchestrator.handle(runId);
    void t.crashAt('inbox');
    await expect(handle.signal('go')).rejects.toThrow('simulated crash at inbox');
    await handle.signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed' });
  });
});

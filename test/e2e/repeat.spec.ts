import { beforeEach, describe, expect, it } from '@jest/globals';
import { From, Input, Item, type PerItem, Previous, Step, StepContext, Workflow } from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

let log: string[] = [];

@Workflow()
class PolishWorkflow {
  @Step() outline(@Input() wanted: number) {
    return wanted;
  }

  @Step() write(
    @From('outline') wanted: number,
    @Previous('write') before: number | undefined,
    ctx: StepContext,
  ) {
    log.push(`write ${ctx.iteration} ${before ?? 'nothing'}`);
    return Math.min(wanted, (before ?? 0) + 1);
  }

  @Step({
    repeat: { from: 'write', while: ({ outputs, input }) => Number(outputs.write) < Number(input), max: 5 },
  })
  judge(@From('write') written: number) {
    return written;
  }

  @Step() publish(@From('judge') last: number) {
    log.push(`publish ${last}`);
    return last;
  }

  /** Not in the loop, but reads a step of it. */
  @Step({ after: 'publish' }) archive(@From('write') text: number) {
    return text;
  }
}

@Workflow()
class ContentWorkflow {
  @Step({ repeat: { from: 'guess', while: () => true, max: 3, onMax: 'continue' } })
  guess(@Previous('guess') before: number | undefined) {
    return (before ?? 0) + 1;
  }
}

@Workflow({ result: 'end' })
class NestedWorkflow {
  @Step() chapter(@Previous('chapter') before: number | undefined) {
    return (before ?? 0) + 1;
  }

  @Step() page(@From('chapter') chapter: number, @Previous('page') before: number | undefined) {
    log.push(`page of ${chapter} after ${before ?? 'nothing'}`);
    return (before ?? 0) + 1;
  }

  @Step({ repeat: { from: 'page', while: ({ outputs }) => (outputs.page ?? 0) % 2 === 1, max: 2 } })
  pages(@From('page') page: number) {
    return page;
  }

  @Step({ repeat: { from: 'chapter', while: ({ outputs }) => (outputs.chapter ?? 0) < 3, max: 3 } })
  chapters(@From('pages') pages: number) {
    return pages;
  }

  @Step() end(@From('chapters') pages: number) {
    log.push('end');
    return pages;
  }
}

@Workflow({ name: 'measure', result: 'measure' })
class MeasureWorkflow {
  @Step({ repeat: { from: 'measure', while: ({ output }) => output.size < 3, max: 9 } })
  measure(@Previous('measure') before: { size: number } | undefined) {
    return { size: (before?.size ?? 0) + 1 };
  }
}

@Workflow({ name: 'each', result: 'each' })
class EachWorkflow {
  @Step() list() {
    return [1, 2];
  }

  @Step({
    forEach: 'list',
    repeat: { from: 'each', while: ({ output }) => output.reduce((sum, one) => sum + one, 0) < 9, max: 9 },
  })
  async each(
    @Item() item: number,
    @Previous('each') before: readonly number[] | undefined,
  ): Promise<PerItem<number>> {
    return item + (before?.[0] ?? 0);
  }
}

describe.each(stores)('repeat (%s)', (store) => {
  const shared = sharedHost(store, [
    PolishWorkflow,
    ContentWorkflow,
    NestedWorkflow,
    MeasureWorkflow,
    EachWorkflow,
  ]);
  beforeEach(() => {
    log = [];
  });

  it('goes round while asked to, hands on what was before, and lets the steps behind wait for its end', async () => {
    const result = await shared.t.run(PolishWorkflow, 3);
    expect(result).toMatchObject({ status: 'completed', output: 3 });
    expect(log).toEqual(['write 0 nothing', 'write 1 1', 'write 2 2', 'publish 3']);
    expect(await shared.t.history(result.runId)).toEqual([
      'run.created',
      'run.started',
      'step.completed outline',
      'step.completed write',
      'step.completed judge',
      'step.repeated judge',
      'step.completed write',
      'step.completed judge',
      'step.repeated judge',
      'step.completed write',
      'step.completed judge',
      'step.completed publish',
      'step.completed archive',
      'run.completed',
    ]);
  });

  it('asks `while` with the output of its own round, which of a list is a list', async () => {
    expect(await shared.t.run(MeasureWorkflow, undefined)).toMatchObject({ output: { size: 3 } });
    expect(await shared.t.run(EachWorkflow, undefined)).toMatchObject({ output: [4, 5] });
  });

  it('fails with LoopLimitExceededError when it wants more rounds than `max`', async () => {
    const result = await shared.t.run(PolishWorkflow, 9);
    expect(result).toMatchObject({
      status: 'failed',
      error: {
        cause: {
          name: 'LoopLimitExceededError',
          code: 'LOOP_LIMIT_EXCEEDED',
          details: { step: 'judge', max: 5 },
        },
      },
    });
    expect('error' in result && result.error.message).toContain('polish.judge wants to repeat');
    expect(log).toHaveLength(5);
  });

  it("goes on with what it has when onMax is 'continue'", async () => {
    expect(await shared.t.run(ContentWorkflow, null)).toMatchObject({ status: 'completed', output: 3 });
  });

  it('loops inside loops count again in each round of the outer one', async () => {
    const result = await shared.t.run(NestedWorkflow, null);
    expect(result).toMatchObject({ status: 'completed', output: 6 });
    expect(log).toEqual([
      'page of 1 after nothing',
      'page of 1 after 1',
      'page of 2 after 2',
      'page of 2 after 3',
      'page of 3 after 4',
      'page of 3 after 5',
      'end',
    ]);
  });
});

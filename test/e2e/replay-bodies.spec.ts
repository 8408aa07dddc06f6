import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  delegate,
  From,
  HumanReview,
  Input,
  Item,
  type PerItem,
  SignalPayload,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { lead } from './gate/people.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

class Question {
  readonly about!: string;
}

/** What today's code is like. */
const code = { factor: 2, asks: 'price', pays: '', isBroken: true };
const done: string[] = [];

@Injectable()
class World {
  @Tool({ description: 'Looks something up', effect: 'none' }) async lookUp({ about }: Question) {
    done.push(`looked up ${about}`);
    return `${about} of the day`;
  }
  @Tool({ description: 'Pays', effect: 'irreversible' }) async pay({ about }: Question) {
    done.push(`paid ${about}`);
    return 'receipt';
  }
}

@Workflow()
class NestedWorkflow {
  @Step() greet(@Input() name: string) {
    return `hello ${name}`;
  }
}

@Workflow({ result: 'end' })
class EverythingWorkflow {
  constructor(private readonly world: World) {}

  @Step() double(@Input() value: number) {
    return value * code.factor;
  }
  @Step() asked(@From('double') _: number) {
    return this.world.lookUp({ about: code.asks });
  }
  @Step() paid(@From('asked') asked: string) {
    return this.world.pay({ about: asked + code.pays });
  }
  @Step({ retry: { attempts: 2, initialDelay: 1, jitter: 'none' } })
  async shaky(@From('double') value: number, @StepCtx() context: StepContext) {
    await context.once('coin', () => done.push('coin'));
    if (code.isBroken && context.attempt === 1) throw new Error('not at once');
    return value + 1;
  }
  @Step({ forEach: ({ input }: { input: number }) => [input, input + 1] })
  each(@Item() item: number): PerItem<number> {
    return item * 10;
  }
  @Step({ delegate: NestedWorkflow }) nested(@From('double') value: number) {
    return delegate(NestedWorkflow, String(value));
  }
  @Step({ effect: 'irreversible', after: 'double' }) sent() {
    done.push('sent');
  }
  @Step({ waitFor: 'go', after: ['sent', 'paid', 'shaky', 'each', 'nested'] }) told(
    @SignalPayload() word: string,
  ) {
    return word.toUpperCase();
  }
  @Step() @HumanReview({ roles: ['lead'] }) end(@From('told') word: string) {
    return `${word}!`;
  }
}

describe.each(stores)('a replay of the bodies (%s)', (store) => {
  const shared = sharedHost(store, [World, NestedWorkflow, EverythingWorkflow]);
  beforeEach(() => {
    Object.assign(code, { factor: 2, asks: 'price', pays: '', isBroken: true });
    done.length = 0;
  });

  const recorded = async () => {
    const { t } = shared;
    const { id } = await t.start(EverythingWorkflow, 3);
    await t.result(id);
    await t.orchestrator.handle(id).signal('go', 'word');
    await t.result(id);
    expect(await t.approve(id, { by: lead })).toMatchObject({ status: 'completed', output: 'WORD!' });
    const before = { length: (await t.history(id)).length, done: [...done] };
    done.length = 0;
    const handle = t.orchestrator.handle(id);
    const unchanged = async () => {
      expect(done).toEqual([]);
      expect(await t.history(id)).toHaveLength(before.length);
    };
    return { handle, unchanged };
  };

  it('runs every method again, answers its calls from the record, and touches nothing', async () => {
    const { handle, unchanged } = await recorded();
    expect(await handle.replay({ bodies: true })).toMatchObject({ bodies: 9, divergences: [] });
    await unchanged();
    expect(await handle.replay()).not.toHaveProperty('bodies');
  });

  it('tells what comes out otherwise, and where code asks for what is not on record', async () => {
    const { handle, unchanged } = await recorded();
    Object.assign(code, { factor: 3, asks: 'weather', pays: ' twice' });
    const { divergences } = await handle.replay({ bodies: true });
    expect(divergences).toMatchObject([
      { step: 'double', recorded: 'step.completed 6', planned: ['step.completed 9'] },
      { step: 'asked', recorded: 'step.completed "price of the day"', planned: ['call tool lookUp'] },
      {
        step: 'paid',
        recorded: 'step.completed "receipt"',
        planned: expect.arrayContaining(['call.diverged pay']),
      },
    ]);
    await unchanged();
  });

  it('tells where what had failed does not fail any more', async () => {
    const { handle, unchanged } = await recorded();
    code.isBroken = false;
    const { divergences } = await handle.replay({ bodies: true });
    expect(divergences).toMatchObject([
      { step: 'shaky', recorded: 'step.failed', planned: ['step.completed 7'] },
    ]);
    await unchanged();
  });
});

import { describe, expect, it } from '@jest/globals';
import { Failure, Input, Item, StepCtx } from '../../decorators/index.js';
import { StepContext } from '../../scope/index.js';
import { draftOf, From, HumanReview, Previous, Step, Workflow } from '../checks/draft-of.fixture.js';

class TicketDto {
  text!: string;
}

@Workflow()
class ChildWorkflow {
  @Step() a() {}
}

@Workflow({
  budget: { usd: 1 },
  timeout: '15m',
  defaults: { timeout: '1m', retry: { attempts: 7, factor: 3 } },
})
class SupportTicketWorkflow {
  @Step({ routes: ['left', 'right'] }) pick(@Input() _ticket: TicketDto, _context: StepContext) {}
  @Step({ effect: 'irreversible', timeout: '5s' }) left() {}
  @Step({ retry: { attempts: 2 }, fallback: 'answer', compensate: 'undo' }) right(
    @Previous('right') _last: string,
  ) {}
  @Step({ forEach: 'left', after: ['pick'], delegate: ChildWorkflow, waitFor: 'go' })
  @HumanReview({ roles: ['lead'], timeout: '2d', escalateTo: 'boss' })
  end(@Item() _item: object, @From('right') _right: string[], @StepCtx() _context: StepContext) {}
  answer(@Failure() _error: Error) {}
  undo(@From('right') _right: TicketDto) {}
}

const { definition } = draftOf(SupportTicketWorkflow);
const step = (name: string) => definition.steps.find((each) => each.name === name);

describe('defineWorkflow', () => {
  it('fills in the name, the version, the result and the budget', () => {
    expect(definition).toMatchObject({
      name: 'support-ticket',
      version: '1',
      result: 'end',
      timeout: 900_000,
      onChange: 'refuse',
      budget: { usd: 1, onExceeded: 'fail' },
    });
    expect(definition.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes the input from the class of the @Input() parameter, and static input before that', () => {
    expect(definition.input).toBe(TicketDto);
    class Other {}
    @Workflow()
    class W {
      static readonly input = Other;
      @Step() a(@Input() _input: TicketDto) {}
    }
    expect(draftOf(W).definition.input).toBe(Other);
  });

  it('makes edges of @From, after, forEach and routes, in order of declaration; @Previous is none', () => {
    expect(definition.steps.map(({ name, dependencies }) => [name, dependencies])).toEqual([
      ['pick', []],
      ['left', ['pick']],
      ['right', ['pick']],
      ['end', ['pick', 'left', 'right']],
    ]);
  });

  it('binds each parameter, with its class where it is one and not just JSON', () => {
    expect(step('pick')?.parameters).toEqual([{ kind: 'input', schema: TicketDto }, { kind: 'context' }]);
    expect(step('right')?.parameters).toEqual([{ kind: 'previous', step: 'right', schema: undefined }]);
    expect(step('end')?.parameters).toMatchObject([
      { kind: 'item', schema: undefined },
      { kind: 'from', step: 'right', schema: undefined },
      { kind: 'context' },
    ]);
    expect(step('right')?.fallback).toEqual({
      name: 'answer',
      parameters: [{ kind: 'failure', schema: undefined }],
    });
    expect(step('right')?.compensate?.parameters).toEqual([
      { kind: 'from', step: 'right', schema: TicketDto },
    ]);
  });

  it('takes retry and timeout from the step, then from the workflow, then the documented ones', () => {
    expect(step('right')).toMatchObject({
      timeout: 60_000,
      retry: { attempts: 2, factor: 3, initialDelay: 500 },
    });
    expect(step('pick')?.retry).toEqual({
      attempts: 7,
      initialDelay: 500,
      maxDelay: 30_000,
      factor: 3,
      jitter: 'full',
      retryOn: undefined,
    });
    expect(draftOf(ChildWorkflow).definition.steps[0]).toMatchObject({
      timeout: 300_000,
      retry: { attempts: 3, initialDelay: 500, maxDelay: 30_000, factor: 2, jitter: 'full' },
      effect: 'idempotent',
      onInDoubt: 'retry',
      onError: 'fail',
      join: 'all',
    });
  });

  it('never attempts an irreversible body again by itself, whatever the workflow says', () => {
    expect(step('left')).toMatchObject({ timeout: 5_000, retry: { attempts: 1 }, onInDoubt: 'review' });
  });

  it('fills in forEach, waitFor, delegate and review', () => {
    expect(step('end')).toMatchObject({
      forEach: { over: 'left', concurrency: 8, onError: 'fail' },
      waitFor: { signal: 'go', onTimeout: 'fail' },
      delegate: 'child',
      review: {
        at: 'output',
        roles: ['lead'],
        users: [],
        quorum: 1,
        separationOfDuties: true,
        timeout: 172_800_000,
        onTimeout: 'reject',
        escalation: [{ roles: ['boss'], users: [], timeout: 172_800_000 }],
        onReject: 'fail',
      },
    });
  });

  it('gives an override the parameters of the override', () => {
    class Base {
      @Step() first() {}
      @Step() second(@From('first') _first: unknown) {}
    }
    @Workflow()
    class W extends Base {
      @Step() override second(@Input() _input: TicketDto) {}
    }
    const { steps } = draftOf(W).definition;
    expect(steps.find(({ name }) => name === 'second')).toMatchObject({
      dependencies: [],
      parameters: [{ kind: 'input', schema: TicketDto }],
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { Failure, Feedback, Input, Item, ItemIndex, SignalPayload, StepCtx } from '../../decorators/index.js';
import { draftOf, From, HumanReview, Previous, Step, Workflow } from './draft-of.fixture.js';
import { checkParameters } from './parameters.js';

describe('checkParameters', () => {
  it('lets one parameter go without a decorator, not two, also in a compensation', () => {
    @Workflow()
    class W {
      @Step() one(_context: unknown) {}
      @Step({ compensate: 'undo' }) two(_a: unknown, @Input() _input: unknown, _b: unknown) {}
      undo(_a: unknown, _b: unknown) {}
      free(_a: unknown, _b: unknown) {}
    }
    const problems = checkParameters(draftOf(W));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('W.two has 2 parameters without a decorator (number 1, 3)');
    expect(problems[1]).toContain('W.undo has 2 parameters');
  });

  it('refuses two decorators on one parameter', () => {
    @Workflow()
    class W {
      @Step() first() {}
      @Step() both(@Input() @From('first') _value: unknown) {}
    }
    expect(checkParameters(draftOf(W))).toEqual(['W.both: parameter 1 has @From() and @Input(). Keep one.']);
  });

  it('refuses values where there are none', () => {
    @Workflow()
    class W {
      @Step() plain(@Item() _a: unknown, @ItemIndex() _b: number, @SignalPayload() _c: unknown) {}
      @Step() alone(@Feedback() _a: unknown, @Failure() _b: unknown, @Previous('plain') _c: unknown) {}
    }
    const problems = checkParameters(draftOf(W));
    expect(problems.map((problem) => problem.split(' has no value here')[0])).toEqual(
      expect.arrayContaining([
        'W.plain: @Item()',
        'W.plain: @ItemIndex()',
        'W.plain: @SignalPayload()',
        'W.alone: @Feedback()',
        'W.alone: @Failure()',
        'W.alone: @Previous()',
      ]),
    );
    expect(problems).toHaveLength(6);
  });

  it('accepts each value where it belongs', () => {
    @Workflow()
    class W {
      @Step() list() {
        return [1];
      }
      @Step({ forEach: 'list' }) each(@Item() _a: unknown, @ItemIndex() _b: number, @StepCtx() _c: unknown) {}
      @Step({ waitFor: 'go' }) wait(@SignalPayload() _payload: unknown) {}
      @Step({ fallback: 'answer' })
      @HumanReview({ onReject: { repeat: 'draft', max: 1 } })
      draft(@Feedback() _a: unknown, @Previous('draft') _b: unknown) {}
      answer(@Failure() _error: unknown) {}
    }
    expect(checkParameters(draftOf(W))).toEqual([]);
  });
});

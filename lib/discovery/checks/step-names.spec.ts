import { describe, expect, it } from '@jest/globals';
import { draftOf, From, HumanReview, Previous, Step, Workflow } from './draft-of.fixture.js';
import { checkStepNames } from './step-names.js';

describe('checkStepNames', () => {
  it('suggests the nearest step for every name that is none, wherever it is', () => {
    @Workflow({ result: 'serach' })
    class W {
      @Step() search() {}
      @Step({ after: 'serach' }) after() {}
      @Step({ after: ['search', 'serach'] }) afterMany() {}
      @Step({ routes: ['serach'] }) routes() {}
      @Step({ cancels: 'serach' }) cancels() {}
      @Step({ forEach: 'serach' }) list() {}
      @Step({ forEach: { over: 'serach' } }) listOver() {}
      @Step({ repeat: { from: 'serach', while: () => true, max: 1 } }) repeat() {}
      @Step() @HumanReview({ onReject: { repeat: 'serach', max: 1 } }) review() {}
      @Step() from(@From('serach') _a: unknown, @Previous('serach') _b: unknown) {}
      undo(@From('serach') _a: unknown) {}
    }
    const problems = checkStepNames(draftOf(W));
    expect(problems.every((problem) => problem.endsWith("Did you mean 'search'?"))).toBe(true);
    expect(problems.map((problem) => problem.split(' names ')[0])).toEqual([
      'W: result',
      'W.after: after',
      'W.afterMany: after',
      'W.routes: routes',
      'W.cancels: cancels',
      'W.list: forEach',
      'W.listOver: forEach',
      'W.repeat: repeat.from',
      'W.review: onReject.repeat',
      'W.from: @From',
      'W.from: @Previous',
      'W.undo: @From',
    ]);
  });

  it('tells a method that is not a step from a name that does not exist', () => {
    @Workflow()
    class W {
      @Step({ after: 'helper' }) first() {}
      helper() {}
    }
    expect(checkStepNames(draftOf(W))).toEqual([
      "W.first: after names 'helper', which is a method of W but no step. Put @Step() on it, or name a step.",
    ]);
  });

  it('refuses a step that names itself, but lets it read its own previous output and repeat itself', () => {
    @Workflow()
    class W {
      @Step() own(@From('own') _value: unknown) {}
      @Step({ after: 'waits' }) waits() {}
      @Step({ cancels: 'ends' }) ends() {}
      @Step({ repeat: { from: 'loops', while: () => true, max: 2 } }) loops(
        @Previous('loops') _value: unknown,
      ) {}
    }
    const problems = checkStepNames(draftOf(W));
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain("@Previous('own')");
    expect(problems[1]).toContain('W.waits: after names the step itself');
    expect(problems[2]).toContain('W.ends: cancels names the step itself');
  });
});

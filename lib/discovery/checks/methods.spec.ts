import { describe, expect, it } from '@jest/globals';
import { Failure, Input } from '../../decorators/index.js';
import { draftOf, From, Step, Workflow } from './draft-of.fixture.js';
import { checkMethods } from './methods.js';

describe('checkMethods', () => {
  it('finds fallback and compensate methods that are missing or are steps', () => {
    @Workflow()
    class W {
      @Step({ fallback: 'searchTitels', compensate: 'other' }) search() {}
      @Step() other() {}
      searchTitles() {}
    }
    expect(checkMethods(draftOf(W))).toEqual([
      "W.search: fallback names 'searchTitels', but W has no such method. Did you mean 'searchTitles'?",
      "W.search: compensate names 'other', which is a step. Name a method without @Step().",
    ]);
  });

  it('lets compensation read its own step, and refuses what need not have an output yet', () => {
    @Workflow()
    class W {
      @Step() before() {}
      @Step() beside() {}
      @Step({ after: 'before', fallback: 'answer', compensate: 'undo' }) act() {}
      answer(@Failure() _error: Error, @From('before') _a: unknown, @From('act') _b: unknown) {}
      undo(@From('act') _a: unknown, @From('before') _b: unknown, @From('beside') _c: unknown) {}
    }
    const problems = checkMethods(draftOf(W));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("W.answer: @From('act') in the fallback of act itself");
    expect(problems[1]).toContain("W.undo: @From('beside')");
    expect(problems[1]).toContain("Add after: 'beside' to act");
  });

  it('asks whether @Step() is missing where a method has parameter decorators and nobody calls it', () => {
    @Workflow()
    class W {
      @Step() first() {}
      forgotten(@Input() _input: unknown) {}
    }
    expect(checkMethods(draftOf(W))).toEqual([
      expect.stringMatching(/^W\.forgotten .*Is @Step\(\) missing\?$/),
    ]);
  });

  it('refuses an override of a step that does not repeat its decorators', () => {
    class Base {
      @Step() first() {}
      @Step() second() {}
    }
    @Workflow()
    class W extends Base {
      override first() {}
      @Step() override second() {}
    }
    expect(checkMethods(draftOf(W))).toEqual([
      expect.stringContaining('W.first overrides a decorated method'),
    ]);
  });
});

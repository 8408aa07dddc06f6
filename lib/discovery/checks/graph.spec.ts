import { describe, expect, it } from '@jest/globals';
import { draftOf, From, Step, Workflow } from './draft-of.fixture.js';
import { checkGraph } from './graph.js';

describe('checkGraph', () => {
  it('names the cycle, and the steps that can never be reached behind it', () => {
    @Workflow({ result: 'end' })
    class W {
      @Step() start() {}
      @Step({ after: ['start', 'c'] }) a() {}
      @Step() b(@From('a') _a: unknown) {}
      @Step({ after: 'b' }) c() {}
      @Step({ after: 'c' }) end() {}
    }
    const problems = checkGraph(draftOf(W));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/W: (a → b → c → a|b → c → a → b|c → a → b → c) is a cycle/);
    expect(problems[1]).toContain("W.end can't be reached");
  });

  it('counts a route and a forEach as edges of the cycle', () => {
    @Workflow()
    class W {
      @Step({ after: 'b', routes: ['b'] }) a() {}
      @Step() b() {}
    }
    expect(checkGraph(draftOf(W))).toEqual([expect.stringContaining('is a cycle')]);
    @Workflow()
    class V {
      @Step({ forEach: 'b' }) a() {}
      @Step({ after: 'a' }) b() {}
    }
    expect(checkGraph(draftOf(V))).toEqual([expect.stringContaining('is a cycle')]);
  });

  it('wants a result where several steps are last, and only there', () => {
    @Workflow()
    class Two {
      @Step() a() {}
      @Step() b() {}
    }
    @Workflow({ result: 'a' })
    class Named {
      @Step() a() {}
      @Step() b() {}
    }
    @Workflow()
    class One {
      @Step() a() {}
      @Step({ after: 'a' }) b() {}
    }
    expect(checkGraph(draftOf(Two))).toEqual([
      "Two ends with several steps (a, b). Say which output is the run's: @Workflow({ result: 'b' }).",
    ]);
    expect(checkGraph(draftOf(Named))).toEqual([]);
    expect(checkGraph(draftOf(One))).toEqual([]);
  });

  it('takes the result from `static result`, and refuses two that differ', () => {
    @Workflow()
    class Static {
      static readonly result = 'a';
      @Step() a() {}
      @Step() b() {}
    }
    @Workflow({ result: 'b' })
    class Both {
      static readonly result = 'a';
      @Step() a() {}
      @Step() b() {}
    }
    expect(checkGraph(draftOf(Static))).toEqual([]);
    expect(draftOf(Static).definition.result).toBe('a');
    expect(checkGraph(draftOf(Both))).toEqual([
      "Both: its result is 'b' by @Workflow, and 'a' by `static result`. Remove one of them.",
    ]);
  });

  it('refuses a workflow without steps', () => {
    @Workflow()
    class Empty {}
    expect(checkGraph(draftOf(Empty))).toEqual(['Empty has no steps. Put @Step() on a public method.']);
  });
});

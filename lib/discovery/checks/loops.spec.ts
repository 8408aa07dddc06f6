import { describe, expect, it } from '@jest/globals';
import { draftOf, HumanReview, Step, Workflow } from './draft-of.fixture.js';
import { checkLoops } from './loops.js';

const again = () => true;

describe('checkLoops', () => {
  it('refuses a loop without max, without while, without from, or with a max that is not a number', () => {
    @Workflow()
    class W {
      @Step({ repeat: { from: 'a', while: again } }) a() {}
      @Step({ repeat: { from: 'b', while: again, max: 0 } }) b() {}
      @Step({ repeat: { from: 'c', max: 2 } }) c() {}
      @Step({ repeat: { while: again, max: 2 } }) d() {}
      @Step() @HumanReview({ onReject: { repeat: 'e' } }) e() {}
    }
    expect(checkLoops(draftOf(W)).map((problem) => problem.replace(/\..*?: /, ': '))).toEqual([
      'W: repeat has no max: it could go on forever. Say how often at most.',
      'W: repeat.max is 0. Write a whole number of 1 or more.',
      expect.stringContaining('W: repeat has no while'),
      expect.stringContaining('W: repeat has no from'),
      'W: onReject has no max: it could go on forever. Say how often at most.',
    ]);
  });

  it('refuses loops that lead forwards or sideways', () => {
    @Workflow()
    class W {
      @Step({ repeat: { from: 'b', while: again, max: 2 } }) a() {}
      @Step({ after: 'a' }) @HumanReview({ onReject: { repeat: 'c', max: 1 } }) b() {}
      @Step({ after: 'a' }) c() {}
    }
    const problems = checkLoops(draftOf(W));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("W.a: repeat.from names 'b', which is not upstream of a");
    expect(problems[1]).toContain("W.b: onReject.repeat names 'c', which is not upstream of b");
  });

  it('refuses loops that overlap in part, and lets nested and separate ones be', () => {
    @Workflow()
    class Overlap {
      @Step() a() {}
      @Step({ after: 'a' }) b() {}
      @Step({ after: 'b', repeat: { from: 'a', while: again, max: 2 } }) c() {}
      @Step({ after: 'c', repeat: { from: 'b', while: again, max: 2 } }) d() {}
    }
    expect(checkLoops(draftOf(Overlap))).toEqual([
      'Overlap: the loops of c (a, b, c) and d (b, c, d) overlap in b, c. Put one inside the other, or apart.',
    ]);
    @Workflow()
    class Nested {
      @Step() a() {}
      @Step({ after: 'a', repeat: { from: 'b', while: again, max: 2 } }) b() {}
      @Step({ after: 'b', repeat: { from: 'a', while: again, max: 2 } }) c() {}
      @Step({ after: 'c', repeat: { from: 'd', while: again, max: 2 } }) d() {}
    }
    expect(checkLoops(draftOf(Nested))).toEqual([]);
  });

  it('refuses two loops of which each waits for the end of the other', () => {
    @Workflow()
    class Crossed {
      @Step() a() {}
      @Step() b() {}
      @Step({ after: ['a', 'b'], repeat: { from: 'a', while: again, max: 2 } }) c() {}
      @Step({ after: ['a', 'b'], repeat: { from: 'b', while: again, max: 2 } }) d() {}
    }
    expect(checkLoops(draftOf(Crossed))).toEqual([
      expect.stringMatching(/Crossed: .*c.*d.* wait for each other/),
    ]);
  });
});

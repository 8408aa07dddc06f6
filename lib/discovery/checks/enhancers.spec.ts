import { describe, expect, it } from '@jest/globals';
import { UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import { draftOf, Step, Workflow } from './draft-of.fixture.js';
import { checkEnhancers } from './enhancers.js';

describe('checkEnhancers', () => {
  it('refuses Nest enhancers on steps and on the class, and names what replaces each', () => {
    const enhancer = class {
      canActivate = () => true;
      intercept = () => undefined as never;
      transform = () => undefined;
      catch = () => undefined;
    };
    @Workflow()
    @UseGuards(enhancer)
    class W {
      @Step() @UseGuards(enhancer) a() {}
      @UseInterceptors(enhancer) @Step() b() {}
      @Step() @UsePipes(enhancer) c() {}
      @Step() @UseFilters(enhancer) d() {}
      @Step() e() {}
    }
    expect(checkEnhancers(draftOf(W))).toEqual([
      expect.stringMatching(/^W: @UseGuards does nothing here\. Use the access option/),
      expect.stringMatching(/^W\.a: @UseGuards .*access/),
      expect.stringMatching(/^W\.b: @UseInterceptors .*@Guardrail/),
      expect.stringMatching(/^W\.c: @UsePipes .*static input/),
      expect.stringMatching(/^W\.d: @UseFilters .*fallback/),
    ]);
  });
});

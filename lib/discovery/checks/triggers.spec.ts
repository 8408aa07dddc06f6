import { expect, it } from '@jest/globals';
import { StartEvery as typed, StartOn as listensTo } from '../../decorators/index.js';
import { draftOf, Step, Workflow } from './draft-of.fixture.js';
import { checkTriggers } from './triggers.js';

const StartEvery = typed as unknown as (cron: string, options?: object) => ClassDecorator;

it('refuses expressions and time zones that do not exist, all of them', () => {
  @Workflow()
  @StartEvery('every morning')
  @StartEvery('0 7 * * *', { timeZone: 'Europe/Atlantis' })
  @StartEvery('0 61 * * *')
  class W {
    @Step() a() {}
  }
  const problems = checkTriggers(draftOf(W));
  expect(problems).toHaveLength(3);
  expect(problems[0]).toMatch(/^W: @StartEvery\('every morning'\): .+Write five fields/);
  expect(problems[1]).toMatch(/^W: @StartEvery\('0 7 \* \* \*'\): .+/);
  expect(problems[2]).toMatch(/^W: @StartEvery\('0 61 \* \* \*'\): .+/);
});

it('lets those be that do', () => {
  @Workflow()
  @StartEvery('0 7 * * *', { timeZone: 'Europe/Berlin' })
  @StartEvery('*/10 * * * * *')
  @StartEvery('@daily')
  class W {
    @Step() a() {}
  }
  expect(checkTriggers(draftOf(W))).toEqual([]);
});

it('refuses principals that are none', () => {
  const StartOn = listensTo as unknown as (event: string, options?: object) => ClassDecorator;
  @Workflow()
  @StartEvery('@daily', { principal: { id: 'clock', roles: 'admin' } })
  @StartOn('paid', { principal: { id: '', roles: [] } })
  @StartOn('sent', { principal: { id: 'post', roles: [] } })
  class W {
    @Step() a() {}
  }
  expect(checkTriggers(draftOf(W))).toEqual([
    "W: @StartEvery('@daily'): its principal is not a principal: $.roles must be an array of strings.",
    "W: @StartOn('paid'): its principal is not a principal: $.id must be a string that is not empty.",
  ]);
});

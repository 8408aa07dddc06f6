import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { HumanReview, Step, Workflow } from 'nestjs-nestor';
import { openHost } from './host.js';

beforeAll(() => {
  jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterAll(() => void jest.restoreAllMocks());

/** What plain JavaScript can write: the compiler refuses it. */
const later = <T>(value: T) => (() => Promise.resolve(value)) as never;
const never = (() => Promise.reject(new Error('nobody listens'))) as never;

let performed: string[] = [];

@Workflow({ name: 'when-later' })
class WhenLater {
  @Step() first() {
    return 1;
  }
  @Step({ after: 'first', when: later(false) }) second() {
    performed.push('when');
  }
}

@Workflow({ name: 'when-never' })
class WhenNever {
  @Step() first() {
    return 1;
  }
  @Step({ after: 'first', when: never }) second() {
    performed.push('when');
  }
}

@Workflow({ name: 'while-later' })
class WhileLater {
  @Step({ repeat: { from: 'again', while: later(false), max: 3 } }) again() {
    performed.push('while');
  }
}

@Workflow({ name: 'over-later' })
class OverLater {
  @Step({ forEach: later([1, 2]) }) each() {
    performed.push('over');
  }
}

@Workflow({ name: 'review-later' })
class ReviewLater {
  @Step() @HumanReview({ roles: ['editor'], when: later(false) }) write() {
    return 1;
  }
}

describe('a function that has to decide, and promises to', () => {
  it.each([
    [WhenLater, 'when', []],
    [WhenNever, 'when', []],
    [WhileLater, 'repeat.while', ['while']],
    [OverLater, 'the function of forEach', []],
  ])('fails the run, and never counts as a yes: %p', async (workflow, what, expected) => {
    performed = [];
    const host = await openHost('memory', [workflow]);
    const run = await host.t.run(workflow, undefined as never);
    await host.close();
    expect(run).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining(`gives a promise`) },
    });
    expect(performed).toEqual(expected);
  });

  it('puts before a person what a review can not decide', async () => {
    const host = await openHost('memory', [ReviewLater]);
    expect(await host.t.run(ReviewLater, undefined as never)).toMatchObject({ status: 'waiting' });
    await host.close();
  });
});

it('a delay or timeout beyond the calendar is refused at boot, by name', async () => {
  @Workflow({ name: 'far' })
  class FarWorkflow {
    @Step({ delay: 9e15 }) first() {
      return 1;
    }
    @Step({ after: 'first', timeout: '40000d' }) second() {
      return 2;
    }
    @Step({ after: 'second', waitFor: { signal: 'go', timeout: Number.MAX_VALUE } }) third() {
      return 3;
    }
  }
  const error: Error = await openHost('memory', [FarWorkflow]).then(
    () => new Error('it booted'),
    (thrown: Error) => thrown,
  );
  for (const option of ['delay is 9000000000000000', "timeout is '40000d'", 'waitFor.timeout is 1.79'])
    expect(error.message).toContain(option);
});

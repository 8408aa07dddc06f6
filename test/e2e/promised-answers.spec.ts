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
      error: { message: expect.stringContaining(`${what} gave a promise`) },
    });
    expect(performed).toEqual(expected);
  });

  it('puts before a person what a review can not decide', async () => {
    const host = await openHost('memory', [ReviewLater]);
    expect(await host.t.run(ReviewLater, undefined as never)).toMatchObject({ status: 'waiting' });
    await host.close();
  });

  it('is refused at boot where it is written as an async function, like a delay beyond the calendar', async () => {
    @Workflow({ name: 'async' })
    class Asynchronous {
      @Step({ delay: 9e15 }) first() {
        return 1;
      }
      @Step({
        after: 'first',
        when: (async () => false) as never,
        retry: { retryOn: (async () => true) as never },
      })
      second() {
        return 2;
      }
      @Step({ after: 'second', forEach: (async () => [1]) as never, timeout: '40000d' }) third() {
        return 3;
      }
    }
    const error: Error = await openHost('memory', [Asynchronous]).then(
      () => new Error('it booted'),
      (thrown: Error) => thrown,
    );
    for (const option of ['delay is 9000000000000000', "timeout is '40000d'"])
      expect(error.message).toContain(option);
    for (const option of ['when', 'retry.retryOn', 'forEach'])
      expect(error.message).toContain(`${option} is asynchronous`);
  });
});

import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Instrumentation, instrumented } from './instrumentation.js';

/** Does what a test says. */
class Scripted extends Instrumentation {
  constructor(private readonly script: (body: () => unknown) => unknown) {
    super();
  }

  around(_kind: string, _facts: unknown, body: () => unknown): unknown {
    return this.script(body);
  }
}

const around = <T>(script: (body: () => unknown) => unknown, body: () => T): T =>
  instrumented(new Scripted(script), 'commit', () => ({ runs: 1, records: 1 }), body);

describe('instrumented', () => {
  const body = jest.fn(() => 'done');
  let logged: jest.SpiedFunction<Logger['error']>;

  beforeEach(() => {
    body.mockClear();
    jest.restoreAllMocks();
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });

  it('without an instrumentation asks for no facts', () => {
    const facts = jest.fn(() => ({ runs: 1, records: 1 }));
    expect(instrumented(undefined, 'commit', facts, body)).toBe('done');
    expect(facts).not.toHaveBeenCalled();
  });

  it('gives what the body gives, whatever the instrumentation returns', () => {
    expect(around((inner) => `${String(inner())} and more`, body)).toBe('done');
    expect(body).toHaveBeenCalledTimes(1);
  });

  it.each<[string, (inner: () => unknown) => unknown]>([
    ['never calls it', () => undefined],
    ['calls it twice', (inner) => [inner(), inner()]],
    ['calls it later', async (inner) => Promise.resolve().then(inner)],
    [
      'throws before it',
      () => {
        throw new Error('no tracer');
      },
    ],
    [
      'throws after it',
      (inner) => {
        inner();
        throw new Error('no tracer');
      },
    ],
    [
      'rejects after it',
      async (inner) => {
        inner();
        throw new Error('no tracer');
      },
    ],
  ])('runs the body exactly once, also where the instrumentation %s', async (_, script) => {
    expect(around(script, body)).toBe('done');
    await new Promise(setImmediate);
    expect(body).toHaveBeenCalledTimes(1);
  });

  it('logs what the instrumentation throws, and names where', async () => {
    around(() => Promise.reject(new Error('no tracer')), body);
    await new Promise(setImmediate);
    expect(logged.mock.calls.flat()).toEqual(['The instrumentation threw around a commit: no tracer']);
  });

  it('throws what the body throws, and blames nobody else for it', async () => {
    const failing = () => {
      throw new TypeError('of the body');
    };
    expect(() => around((inner) => inner(), failing)).toThrow('of the body');
    const rejecting = async () => failing();
    await expect(around(async (inner) => inner(), rejecting)).rejects.toThrow('of the body');
    await new Promise(setImmediate);
    expect(logged).not.toHaveBeenCalled();
  });
});

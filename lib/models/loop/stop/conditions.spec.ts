import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InputValidationError } from '../../../errors/index.js';
import { all, any } from './combinations.js';
import { custom, said, toolCalled } from './goals.js';
import { costUsd, elapsed, maxToolCalls, maxTurns, noProgress, repeatedCall, tokens } from './limits.js';
import { type LoopEvent, type StopCondition, StopConditions } from './stop-condition.js';

const call = (name: string, args: object = {}) => ({ id: 'c', name, raw: '', arguments: { ...args } });
const calling = (name: string, args?: object): LoopEvent => ({ type: 'toolCall', call: call(name, args) });
const result = (name: string, content = 'ok', isError = false): LoopEvent => ({
  type: 'toolResult',
  call: call(name),
  content,
  isError,
});
const used = (usd: number, total = 0): LoopEvent => ({
  type: 'usage',
  usage: { calls: 1, inputTokens: total, outputTokens: 0, usd },
});
const turn = (number: number): LoopEvent => ({ type: 'turn', turn: number });
const time = (active: number): LoopEvent => ({ type: 'time', active });

/** After which of the events it stops, and why. */
function stopOf(condition: StopCondition, events: readonly LoopEvent[]) {
  const conditions = new StopConditions([condition]);
  for (const [index, event] of events.entries()) {
    const stop = conditions.hear(event);
    if (stop) return { index, ...stop };
  }
  return undefined;
}

describe('limits', () => {
  it.each<[string, StopCondition, LoopEvent[], number]>([
    ['maxTurns', maxTurns(2), [turn(1), calling('a'), turn(2)], 2],
    ['maxToolCalls', maxToolCalls(2), [calling('a'), calling('b'), calling('c')], 2],
    ['tokens', tokens(100), [used(0, 60), used(0, 39), used(0, 1)], 2],
    ['costUsd', costUsd(0.3), [used(0.1), used(0.1), used(0.1)], 2],
    ['elapsed', elapsed('5m'), [time(299_999), time(300_000)], 1],
    ['repeatedCall', repeatedCall(2), [calling('a'), calling('b'), calling('a'), calling('a')], 3],
    ['repeatedCall', repeatedCall(2), [calling('a', { x: 1, y: 2 }), calling('a', { y: 2, x: 1 })], 1],
    [
      'noProgress',
      noProgress(2),
      [result('a'), result('b'), result('a'), result('c'), result('b'), result('a')],
      5,
    ],
  ])('%s stops exactly there, by its name', (name, condition, events, index) => {
    expect(stopOf(condition, events)).toMatchObject({ index, condition: name, kind: 'limit' });
  });

  it('do not stop before', () => {
    expect(
      stopOf(repeatedCall(3), [calling('a'), calling('a'), calling('a', { x: 1 }), calling('a')]),
    ).toBeUndefined();
    expect(
      stopOf(noProgress(2), [result('a'), result('a'), result('a', 'new'), result('a')]),
    ).toBeUndefined();
    const long = Array.from({ length: 60 }, (_, index) => result('a', String(index)));
    expect(stopOf(noProgress(1), [...long, result('a', '5')])).toBeUndefined();
    expect(stopOf(noProgress(1), [...long, result('a', '15')])).toBeDefined();
  });

  it('say how much may still be used', () => {
    const conditions = new StopConditions([any(costUsd(1), costUsd(0.5), tokens(100)), maxTurns(3)]);
    expect(conditions.headroom).toEqual({ usd: 0.5, tokens: 100 });
    conditions.hear(used(0.2, 70));
    expect(conditions.headroom).toEqual({ usd: 0.3, tokens: 30 });
    expect(new StopConditions([all(costUsd(1), costUsd(2))]).headroom).toEqual({ usd: 2 });
    expect(new StopConditions([all(costUsd(1), maxTurns(2))]).headroom).toEqual({});
  });

  it.each([
    () => maxTurns(0),
    () => maxToolCalls(Number.NaN),
    () => tokens(1.5),
    () => repeatedCall('3' as never),
    () => noProgress(-1),
    () => costUsd(0),
    () => costUsd(Number.POSITIVE_INFINITY),
  ])('refuse what is no limit: %s', (make) => {
    expect(make).toThrow(InputValidationError);
  });
});

describe('goals', () => {
  it.each<[string, StopCondition, LoopEvent[], number]>([
    [
      'toolCalled',
      toolCalled('send'),
      [calling('send'), result('send', 'Error: no', true), result('send')],
      2,
    ],
    [
      'said',
      said('APPROVED'),
      [
        { type: 'text', text: 'no' },
        { type: 'text', text: 'It is APPROVED.' },
      ],
      1,
    ],
    ['said', said(/ok/gi), [{ type: 'text', text: 'OK' }], 0],
    [
      'said',
      said('yes', { by: 'critic' }),
      [
        { type: 'text', text: 'yes', agent: 'writer' },
        { type: 'text', text: 'yes', agent: 'critic' },
      ],
      1,
    ],
  ])('%s stops exactly there, as a goal', (name, condition, events, index) => {
    expect(stopOf(condition, events)).toMatchObject({ index, condition: name, kind: 'goal' });
  });

  it('of one’s own are asked once for each event, and not again about what is on record', () => {
    const asked: string[] = [];
    const condition = custom('mine', (event) => {
      asked.push(event.type);
      return event.type === 'text' ? 'enough' : undefined;
    });
    const text: LoopEvent = { type: 'text', text: 'x' };
    expect(stopOf(condition, [{ ...text, isPast: true }, turn(1)])).toBeUndefined();
    expect(stopOf(condition, [text])).toMatchObject({ condition: 'mine', kind: 'limit', reason: 'enough' });
    expect(asked).toEqual(['turn', 'text']);
  });
});

describe('combinations', () => {
  it('any stops with the first of them, and names it', () => {
    const condition = any(maxTurns(9), any(toolCalled('send'), maxToolCalls(1)));
    expect(stopOf(condition, [calling('a'), result('send')])).toMatchObject({
      index: 1,
      condition: 'toolCalled',
      kind: 'goal',
    });
    expect(stopOf(condition, [calling('a'), calling('b')])).toMatchObject({
      index: 1,
      condition: 'maxToolCalls',
      kind: 'limit',
    });
  });

  it('all stops when each of them has said so, at one time or another', () => {
    const condition = all(toolCalled('send'), any(said('done'), maxTurns(2)));
    const events = [result('send'), turn(1), { type: 'text', text: 'done' } as const];
    expect(stopOf(condition, events)).toMatchObject({ index: 2, condition: 'all', kind: 'limit' });
    expect(stopOf(all(toolCalled('send'), said('done')), events)).toMatchObject({ kind: 'goal' });
    expect(stopOf(all(), events)).toBeUndefined();
  });

  it('say what they are set to', () => {
    expect(any(maxTurns(2), all(said(/x/), elapsed('1m'))).describe()).toEqual({
      any: [{ maxTurns: 2 }, { all: [{ said: '/x/' }, { elapsed: 60_000 }] }],
    });
  });
});

describe('the state of any condition', () => {
  const name = fc.constantFrom('send', 'find', 'pay');
  const event: fc.Arbitrary<LoopEvent> = fc.oneof(
    fc.nat({ max: 9 }).map(turn),
    fc.nat({ max: 99_999 }).map(time),
    fc.nat({ max: 50 }).map((total) => used(total / 100, total)),
    fc.tuple(name, fc.nat({ max: 1 })).map(([each, x]) => calling(each, { x })),
    fc
      .tuple(name, fc.nat({ max: 2 }), fc.boolean())
      .map(([each, text, isError]) => result(each, String(text), isError)),
    fc.constantFrom('done', 'not yet').map((text): LoopEvent => ({ type: 'text', text })),
  );
  const simple = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((limit) => maxTurns(limit)),
    fc.integer({ min: 1, max: 5 }).map((limit) => maxToolCalls(limit)),
    fc.integer({ min: 1, max: 200 }).map((limit) => tokens(limit)),
    fc.integer({ min: 1, max: 200 }).map((limit) => costUsd(limit / 100)),
    fc.integer({ min: 2, max: 4 }).map((limit) => repeatedCall(limit)),
    fc.integer({ min: 1, max: 4 }).map((limit) => noProgress(limit)),
    fc.constantFrom(elapsed('1m'), toolCalled('send'), said('done')),
  );
  const condition = fc.letrec<{ node: StopCondition }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 2 },
      simple,
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((list) => any(...list)),
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((list) => all(...list)),
    ),
  })).node;

  it('is JSON: taken up from a record at any event, it stops at the same one, for the same reason', () => {
    fc.assert(
      fc.property(condition, fc.array(event, { maxLength: 40 }), fc.nat({ max: 40 }), (each, events, cut) => {
        const run = (state: unknown, from: number, to: number) => {
          let now = state as StopCondition['initial'];
          for (let index = from; index < Math.min(to, events.length); index++) {
            const next = each.next(now, events[index] as LoopEvent);
            if (next.stop !== undefined) return { index, stop: next.stop, state: next.state };
            now = next.state;
          }
          return { state: now };
        };
        const whole = run(each.initial, 0, events.length);
        const prefix = run(each.initial, 0, cut);
        if (prefix.stop !== undefined) expect(prefix).toEqual(whole);
        else expect(run(JSON.parse(JSON.stringify(prefix.state)), cut, events.length)).toEqual(whole);
      }),
    );
  });
});

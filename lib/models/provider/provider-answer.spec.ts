import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makers } from '../../../test/property/hostile-values.js';
import { ModelCallError } from '../../errors/index.js';
import { providerAnswer } from './provider-answer.js';

const read = (given: unknown) =>
  providerAnswer(given, 'mine/small', { maxTokens: 100, bytes: 1_000_000, keepOpaque: true });

describe('an answer of a provider of the host', () => {
  it('that is whole is taken as it is', () => {
    const answer = {
      text: 'fine',
      reasoning: 'hm',
      toolCalls: [{ id: 'a', name: 'now', raw: '{"a":1}', arguments: { a: 1 } }],
      finishReason: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 2 },
      opaque: { vendor: 'mine', model: 'small', parts: ['x'], hash: 'h' },
    } as const;
    expect(read(answer)).toEqual(answer);
  });

  it.each([
    ['without anything', {}],
    [
      'with null for everything',
      { text: null, toolCalls: null, finishReason: null, usage: null, opaque: null },
    ],
  ])('%s is an answer of which nothing says that it is whole', (_, given) => {
    expect(read(given)).toMatchObject({ text: '', toolCalls: [], finishReason: 'other' });
  });

  it('may say why it ended in the words of its vendor', () => {
    expect(read({ text: 'x', finishReason: 'end_turn' }).finishReason).toBe('stop');
    expect(read({ text: 'x', finishReason: 'because' }).finishReason).toBe('other');
  });

  it.each([
    ['as data', { arguments: { city: 'Rome' } }],
    ['as a text', { arguments: '{"city":"Rome"}' }],
    ['as raw text only', { raw: '{"city":"Rome"}' }],
    ['as data beside a text that is cut', { raw: '{"city":', arguments: { city: 'Rome' } }],
  ])('may have the arguments of a call %s', (_, call) => {
    const { toolCalls } = read({ toolCalls: [{ id: 1, name: 'weather', ...call }] });
    expect(toolCalls).toMatchObject([{ id: '1', name: 'weather', arguments: { city: 'Rome' } }]);
  });

  it('has the arguments that are data where the text beside them says something else', () => {
    const call = { id: 'a', name: 'pay', raw: '{"amount":1}', arguments: { amount: 100 } };
    expect(read({ toolCalls: [call] }).toolCalls).toEqual([call]);
  });

  it.each([
    ['a BigInt', { amount: 5n }],
    ['four billion holes', Object.assign([], { length: 2 ** 32 - 1 })],
    ['more than a payload may have', { text: 'x'.repeat(1_000_001) }],
  ])('has no arguments where they can not be stored: %s', (_, args) => {
    const { toolCalls } = read({ toolCalls: [{ id: 'a', name: 'pay', arguments: args }] });
    expect(toolCalls).toEqual([{ id: 'a', name: 'pay', raw: '' }]);
  });

  it('whose calls used the whole limit was cut off, whatever it says, and one without calls was not', () => {
    const usage = { outputTokens: 100 };
    const calls = [{ id: 'a', name: 'now', raw: '{}' }];
    expect(read({ toolCalls: calls, finishReason: 'tool-calls', usage }).finishReason).toBe('length');
    expect(read({ toolCalls: calls, finishReason: 'content-filter', usage }).finishReason).toBe(
      'content-filter',
    );
    expect(read({ toolCalls: calls, finishReason: 'stop', usage: { outputTokens: 99 } }).finishReason).toBe(
      'stop',
    );
    expect(read({ text: 'x', finishReason: 'stop', usage }).finishReason).toBe('stop');
  });

  it('whose calls were ended by a stop sequence is not whole', () => {
    const calls = [{ id: 'a', name: 'now', raw: '{}' }];
    expect(read({ toolCalls: calls, finishReason: 'stop_sequence' }).finishReason).toBe('other');
    expect(read({ text: 'x', finishReason: 'stop_sequence' }).finishReason).toBe('stop');
  });

  it('has calls with an id each, also where it gave none, or one for all', () => {
    const calls = [{ name: 'a' }, { name: 'b', id: 'x' }, { name: 'c', id: 'x' }];
    expect(read({ toolCalls: calls }).toolCalls.map(({ id }) => id)).toEqual(['call_1', 'x', 'x_2']);
  });

  it.each([
    [undefined, 'the provider gave no answer'],
    ['a text', 'the provider gave no answer'],
    [{ text: 5 }, "whose 'text' is a number"],
    [{ text: ['a'] }, "whose 'text' is a list"],
    [{ toolCalls: { name: 'now' } }, "whose 'toolCalls' is an object"],
  ])('%j is refused by name, may have been paid, and is not asked for again', (given, message) => {
    expect(() => read(given)).toThrow(message);
    expect(() => read(given)).toThrow('mine/small failed');
    try {
      read(given);
    } catch (error) {
      expect((error as ModelCallError).failure).toMatchObject({ outcome: 'unknown', transient: false });
    }
  });

  it('of four billion calls is refused before anybody looks at them', () => {
    const toolCalls = Object.assign([], { length: 2 ** 32 - 1 });
    expect(() => read({ toolCalls })).toThrow('with 4294967295 tool calls');
  });

  it('is read once', () => {
    let reads = 0;
    const given = {
      get text() {
        reads += 1;
        return 'fine';
      },
    };
    expect(read(given).text).toBe('fine');
    expect(reads).toBe(1);
  });

  it('of any value is an answer, or a failure of the provider', () => {
    const part = fc.oneof(
      makers.map(({ make }) => make),
      fc.jsonValue().map((value) => () => value),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 5, maxLength: 5 }), makers, (parts, maker) => {
        const [text, id, name, raw, args] = parts.map((make) => make());
        for (const given of [
          maker.make(),
          { toolCalls: maker.make() },
          { text, toolCalls: [{ id, name, raw, arguments: args }] },
        ]) {
          try {
            const answer = read(given);
            expect(typeof answer.text).toBe('string');
            for (const call of answer.toolCalls)
              expect([call.id, call.name, call.raw].map((each) => typeof each)).toEqual(
                Array(3).fill('string'),
              );
          } catch (error) {
            expect(error).toBeInstanceOf(ModelCallError);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

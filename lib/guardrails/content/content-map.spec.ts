import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type ContentFilter, mapContent } from './content-map.js';
import { contentRuleAt } from './protocol.js';
import { atOnce, type Sliced, sliceSize } from './slices.js';

/** Replaces a word, and notes with what words before it each text was seen. */
class Replacing implements ContentFilter {
  readonly seen: [string, string][] = [];

  text(text: string, before: string): string {
    this.seen.push([before, text]);
    return text.replaceAll('secret', '[GONE]');
  }

  number(digits: string): number | undefined {
    return digits === '4111111111111111' ? 0 : undefined;
  }
}

const changed = (value: unknown, rule = contentRuleAt('run.input')) =>
  atOnce(mapContent(value, rule, new Replacing()));

function seenIn(value: unknown): [string, string][] {
  const filter = new Replacing();
  atOnce(mapContent(value, contentRuleAt('run.input'), filter));
  return filter.seen;
}

describe('JSON in a string', () => {
  it('is read, so that what an escape stands for is seen, and stays JSON', () => {
    const text = JSON.stringify({ note: 'a\nsecret\t"quoted"' });
    expect(changed(text)).toBe(String.raw`{"note":"a\n[GONE]\t\"quoted\""}`);
  });

  it('is read however often it was put into a string', () => {
    const inner = JSON.stringify({ to: 'line\nsecret' });
    const outer = JSON.stringify({ body: JSON.stringify([inner]) });
    const result = JSON.parse(changed(outer) as string) as { body: string };
    const [again] = JSON.parse(result.body) as [string];
    expect(JSON.parse(again)).toEqual({ to: 'line\n[GONE]' });
  });

  it('is text beyond a depth that nobody needs, and changed there as well', () => {
    let text = 'secret';
    for (let level = 0; level < 12; level += 1) text = JSON.stringify([text]);
    const result = changed(text) as string;
    expect(result).not.toContain('secret');
    expect(() => JSON.parse(result) as unknown).not.toThrow();
  });

  it('keeps every character that says nothing: white space, order, spelling of numbers, doubled keys', () => {
    const text = '{ "b" : 1.50e+2,\n\t"b":[ "secret" , 12345678901234567890 ],"\\u00e4":"\\/" }';
    expect(changed(text)).toBe(text.replace('secret', '[GONE]'));
  });

  it.each([
    ['a whole that is a string', '"a\\nsecret"', '"a\\n[GONE]"'],
    ['a fence of Markdown', '```json\n{"a":"\\nsecret"}\n```', '```json\n{"a":"\\n[GONE]"}\n```'],
    ['lines of JSON', '{"a":"\\nsecret"}\n{"b":"\\tsecret"}', '{"a":"\\n[GONE]"}\n{"b":"\\t[GONE]"}'],
    ['an explanation around it', 'Here: {"a":"secret"} secret', 'Here: {"a":"[GONE]"} [GONE]'],
    ['a beginning that was cut off', '{"a":"secret","b":"sec', '{"a":"[GONE]","b":"sec'],
    ['brackets that are none', '[secret] {secret} [1] {0}', '[[GONE]] {[GONE]} [1] {0}'],
    ['JSON behind brackets that are none', '[x {"a":["secret"]}', '[x {"a":["[GONE]"]}'],
    ['a number', '{"a":4111111111111111,"b":[4111111111111111,1]}', '{"a":0,"b":[0,1]}'],
  ])('is read in %s', (_, text, expected) => {
    expect(changed(text)).toBe(expected);
  });

  it('has keys that are data, and no two of them become one', () => {
    const text = JSON.stringify({ secret: 1, 'secret ': 2, '[GONE]': 3, other: { secret: 4 } });
    expect(JSON.parse(changed(text) as string)).toEqual({
      '[GONE] (2)': 1,
      '[GONE] ': 2,
      '[GONE]': 3,
      other: { '[GONE]': 4 },
    });
  });

  it('is the same to the byte if nothing in it was changed, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces);
        expect(changed(text)).toBe(text);
        expect(changed(JSON.stringify({ text }))).toBe(JSON.stringify({ text }));
      }),
    );
  });

  it('is changed as the value that it stands for is, and any text is at least not broken', () => {
    const word = fc.constantFrom('secret', 'a\nsecret', '"', '\\', '{', '[', 'é\u0000', '\ud83d\ude00', 'x');
    const strings = fc.array(word, { maxLength: 4 }).map((parts) => parts.join(''));
    const { value: values } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        strings,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value')),
        tie('object'),
      ),
      object: fc.dictionary(fc.constantFrom('a', 'b', 'secret'), tie('value')),
    }));
    fc.assert(
      fc.property(values, fc.nat(), (value, cut) => {
        const text = JSON.stringify({ value });
        expect(JSON.parse(changed(text) as string)).toEqual(changed({ value }));
        expect(changed(text.slice(0, cut % text.length))).not.toContain('secret');
      }),
    );
  });
});

describe('a value', () => {
  it('has texts in its keys, and is the very same if none was changed', () => {
    const value = { a: ['x', { b: 'y' }], n: 4111111111111112 };
    expect(changed(value)).toBe(value);
    expect(changed({ secret: { n: 4111111111111111 } })).toEqual({ '[GONE]': { n: 0 } });
    expect(changed(4111111111111111)).toBe(4111111111111111);
    expect(changed(JSON.parse('{"__proto__":"secret"}'))).toEqual(JSON.parse('{"__proto__":"[GONE]"}'));
  });

  it('tells what a text is by its keys, and by a neighbour that names it', () => {
    const value = {
      contact: { mobilePhone: 'a', list_of: ['b'] },
      telecom: [{ system: 'phone', value: 'c' }],
    };
    const seen = [
      ['contact mobile Phone: ', 'a'],
      ['contact list of: ', 'b'],
      ['telecom phone value: ', 'c'],
    ];
    expect(seenIn(value).filter(([, text]) => text.length === 1)).toEqual(seen);
    expect(seenIn(JSON.stringify(value)).filter(([, text]) => text.length === 1)).toEqual(seen);
  });

  it('that goes to a model keeps its names, ids, settings and schemas', () => {
    const request = {
      model: 'secret',
      messages: [
        { role: 'user', content: 'secret', name: 'secret' },
        {
          role: 'assistant',
          content: '',
          toolCalls: [
            { id: 'secret', name: 'secret', arguments: { secret: 'secret' }, raw: '{"a":"secret"}' },
          ],
        },
        { role: 'tool', toolCallId: 'secret', name: 'secret', content: '["secret"]' },
      ],
      tools: [
        { name: 'secret', description: 'secret', input: { properties: { secret: { const: 'secret' } } } },
      ],
      output: { name: 'secret', schema: { enum: ['secret'] } },
      maxTokens: 1,
      stop: ['secret'],
      alias: 'secret',
    };
    const result = changed(request, contentRuleAt('model.request'));
    expect(result).toEqual({
      ...request,
      messages: [
        { role: 'user', content: '[GONE]', name: 'secret' },
        {
          role: 'assistant',
          content: '',
          toolCalls: [
            { id: 'secret', name: 'secret', arguments: { '[GONE]': '[GONE]' }, raw: '{"a":"[GONE]"}' },
          ],
        },
        { role: 'tool', toolCallId: 'secret', name: 'secret', content: '["[GONE]"]' },
      ],
    });
  });

  it('that comes from a model is text and arguments; a field that nobody knows is read', () => {
    const answer = {
      text: 'secret',
      toolCalls: [{ id: 'secret', name: 'secret', raw: 'secret' }],
      finishReason: 'secret',
      later: ['secret'],
    };
    expect(changed(answer, contentRuleAt('model.response'))).toEqual({
      text: '[GONE]',
      toolCalls: [{ id: 'secret', name: 'secret', raw: '[GONE]' }],
      finishReason: 'secret',
      later: ['[GONE]'],
    });
  });
});

describe('slices', () => {
  const slicesOf = (work: Sliced<unknown>) => {
    let slices = 1;
    while (work.next().done !== true) slices += 1;
    return slices;
  };

  it.each([
    ['JSON in a string', JSON.stringify(Array.from({ length: 2_000 }, (_, n) => ({ note: `line ${n}` })))],
    ['a list of many texts', Array.from({ length: 20_000 }, (_, n) => `text ${n}`)],
    ['many brackets', '['.repeat(100_000)],
  ])('%s is read in more than one, and twice of it in twice as many', (_, value) => {
    const rule = contentRuleAt('run.input');
    const once = slicesOf(mapContent([value], rule, new Replacing()));
    const twice = slicesOf(mapContent([value, value], rule, new Replacing()));
    expect(once).toBeGreaterThan(1);
    expect(Math.abs(twice - 2 * once)).toBeLessThanOrEqual(2);
    expect(sliceSize).toBeLessThanOrEqual(16_384);
  });
});

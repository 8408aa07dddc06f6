import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJson } from './read-json.js';

const read = (text: string): unknown => {
  const found = readJson(text);
  return found.ok ? found.value : undefined;
};
const answer = { topic: 'billing', note: 'a } and a "quote" and <think>' };
const json = JSON.stringify(answer);
const indented = JSON.stringify(answer, null, 2);

describe('readJson', () => {
  it.each([
    ['alone', json],
    ['after a byte order mark', `\uFEFF${json}`],
    ['between blank lines', `\n\n ${indented} \n`],
    ['in a fence', `\`\`\`json\n${indented}\n\`\`\``],
    ['in a fence without a language', `\`\`\`\n${json}\n\`\`\``],
    ['in a fence of capital letters', `\`\`\`JSON\n${json}\n\`\`\``],
    ['in a fence between sentences', `Here you are:\n\`\`\`json\n${indented}\n\`\`\`\nAnything else?`],
    ['in a fence that is not closed', `\`\`\`json\n${indented}`],
    ['after a think block', `<think>\nIt is about {"topic": "delivery"}, or [1, 2… no.\n</think>\n\n${json}`],
    ['after a think block in capitals', `<Thinking>hm</Thinking>${json}`],
    [
      'after thoughts whose opening tag a server has cut off',
      `It may be {"topic": "x", or so.\n</think>${json}`,
    ],
    ['after a think block and in a fence', `<think>hm</think>\n\`\`\`json\n${json}\n\`\`\``],
    ['after a sentence', `The answer is: ${json}`],
    [
      'before a sentence',
      `${json}\n\nI chose "billing" since it's about money (see [the mail](http://x.y)).`,
    ],
    ['twice, the same', `${json}\nAs I said:\n${indented}`],
    ['twice, in another order', `${json} ${JSON.stringify({ note: answer.note, topic: answer.topic })}`],
    ['after two drafts whose opening tag is missing', `{"a":1} or {"a":2}</think>${json}`],
    ['between brackets of the prose', `As asked {in the system text} [see above]: ${json} [end]`],
  ])('reads the one value that stands %s', (_where, text) => {
    expect(read(text)).toEqual(answer);
  });

  it.each([
    ['a text in a fence', '```json\n"yes"\n```', 'yes'],
    ['a number after a think block', '<think>2 × 21</think>\n42', 42],
    ['a list', 'The numbers are [1, 2].', [1, 2]],
    ['an empty object', 'Nothing: {}', {}],
    ['a text with think tags in it', 'Here: {"a":"</think> [1]"}', { a: '</think> [1]' }],
    ['strings with brackets and escapes', 'So: {"a":"\\"}]","b":"\\\\"}', { a: '"}]', b: '\\' }],
    ['a property named __proto__', 'So: {"__proto__":1}', JSON.parse('{"__proto__":1}')],
  ])('reads %s', (_what, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['two different objects', '{"a":1} {"a":2}'],
    ['two different objects of which one comes again', '{"a":1} {"a":2} {"a":1}'],
    ['one object per line', '{"a":1}\n{"a":2}\n'],
    ['an example and an answer', 'Like {"a":1}, so {"a":2}'],
    ['an object and a list', 'See [1]. {"a":1}'],
    ['an object that is cut off', 'Here: {"a":1,"b":{"c":2}'],
    ['a list that is cut off after a whole element', '[{"a":1}'],
    ['an object with an error after a whole one inside', '{"a":{"b":1}, oops}'],
    ['an object with single quotes around a whole one', `{'a': {"b":1}}`],
    ['an object with a comment', '{ // the answer\n"a": {"b": 1} }'],
    ['an object without quotes around its keys', '{a: {"b": 1}}'],
    ['the end of an object', '"a": {"b":1}}'],
    ['a property without its object', '"a": {"b":1}'],
    ['one bracket too many', '{"a":1}}'],
    ['a think block that does not end', '<think> hm {"a":1}'],
    ['NaN', '{"a":NaN}'],
    ['a trailing comma', '{"a":1,}'],
    ['prose', 'It is about billing.'],
    ['nothing', ''],
    ['501 levels', `${'['.repeat(501)}${']'.repeat(501)}`],
    ['501 levels between sentences', `So: ${'['.repeat(501)}${']'.repeat(501)}.`],
  ])('does not guess at %s', (_what, text) => {
    expect(readJson(text)).toMatchObject({ ok: false, why: expect.stringMatching(/JSON|levels/) });
  });

  it('reads 500 levels', () => {
    expect(readJson(`${'['.repeat(500)}${']'.repeat(500)}`)).toMatchObject({ ok: true });
  });

  it('tells two different values apart from an error of syntax', () => {
    expect(readJson('{"a":1} {"a":2}')).toMatchObject({
      why: 'holds different JSON values, and only one is asked for',
    });
  });

  // A way that is not linear takes hours for these, and the test's own limit ends it.
  const size = 1_000_000;
  it.each([
    ['open brackets', '['],
    ['open braces', '{'],
    ['braces with a quote', '{"'],
    ['brackets of prose', '[x'],
    ['brackets and blanks', '[ \t\n '],
    ['quotes', '"'],
    ['escapes', '\\"'],
    ['fences', '```json\n'],
    ['think tags', '<think>'],
    ['closing think tags', '</think>'],
    ['closing think tags after broken lists', '[1 </think>'],
    ['angle brackets', '<'],
    ['empty objects', '{} '],
    ['blanks', ' '],
    ['colons', '": '],
    ['closed and open', ']['],
  ])('comes to an end with a megabyte of %s', (_what, piece) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    for (const each of [text, `So: ${text}`, `${text}{"a":1}`, `{"a":1}${text}`]) {
      expect(typeof readJson(each).ok).toBe('boolean');
    }
  });

  const anyValue = fc
    .jsonValue({ maxDepth: 4 })
    .filter((value) => typeof value === 'object' && value !== null)
    .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  const before = fc.constantFrom(
    '',
    '\uFEFF',
    'Here: ',
    '<think>{"a":1} [</think>\n',
    '```json\n',
    'So:\n```\n',
    '[see it] ',
  );
  const after = fc.constantFrom('', '\n', '\n```', '\n```\nDone.', ' That is all (see above).', ' <end>');

  it('reads any object or list, whatever is around it', () => {
    fc.assert(
      fc.property(anyValue, before, after, fc.boolean(), (value, head, tail, wide) => {
        const written = JSON.stringify(value, null, wide ? 2 : 0);
        expect(readJson(head + written + tail)).toEqual({ ok: true, value });
      }),
    );
  });

  it('never takes a part for the whole, wherever the text is cut off', () => {
    fc.assert(
      fc.property(anyValue, before, after, fc.nat(), (value, head, tail, at) => {
        const written = head + JSON.stringify(value) + tail;
        const found = readJson(written.slice(0, at % (written.length + 1)));
        if (found.ok) expect(found.value).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });
});

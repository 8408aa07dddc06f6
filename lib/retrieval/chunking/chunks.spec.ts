import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Block } from './block.js';
import { estimatedTokens } from '../../models/index.js';
import { type Chunk, chunksOf, headedText } from './chunks.js';
import { markdownBlocks } from './markdown-blocks.js';

const sentence = (number: number) => `Sentence number ${number} is about the sensor.`;
const chunksOfText = (text: string, maxTokens: number, overlap = 0) =>
  chunksOf(markdownBlocks(text), { maxTokens, overlap });
const bare = (text: string) => text.replaceAll(/\s+/g, '');

describe('the chunks of a text', () => {
  it('are one where it is short, and stand under one heading each', () => {
    const chunks = chunksOfText('# A\n\none\n\ntwo\n\n## B\n\nthree', 400);
    expect(chunks.map(({ headings, text }) => [headings.join('/'), text])).toEqual([
      ['A', 'one\n\ntwo'],
      ['A/B', 'three'],
    ]);
  });

  it('are cut at paragraphs, then at sentences, then at words, then anywhere', () => {
    expect(chunksOfText('one two three\n\nfour five six', 5).map(({ text }) => text)).toEqual([
      'one two three',
      'four five six',
    ]);
    const long = Array.from({ length: 4 }, (_, index) => sentence(index)).join(' ');
    expect(chunksOfText(long, 30).map(({ text }) => text)).toEqual([
      `${sentence(0)} ${sentence(1)}`,
      `${sentence(2)} ${sentence(3)}`,
    ]);
    expect(chunksOfText('alpha beta gamma delta', 4).map(({ text }) => text)).toEqual([
      'alpha beta',
      'gamma delta',
    ]);
    expect(chunksOfText('x'.repeat(10), 2).map(({ text }) => text)).toEqual(['xxxxxx', 'xxxx']);
    const marked = `a${'\u0301'.repeat(60)}`;
    for (const { tokens } of chunksOfText(marked, 30)) expect(tokens).toBeLessThanOrEqual(30);
    // A family of four is one character to people, and is not torn apart.
    const family = '👨‍👩‍👧‍👦';
    for (const { text } of chunksOfText(family.repeat(3), 9)) expect(text).toBe(family);
  });

  it('repeat the last sentences of the chunk before, where both are prose of one section', () => {
    const long = Array.from({ length: 4 }, (_, index) => sentence(index)).join(' ');
    const [first, second, ...others] = chunksOfText(long, 45, 16);
    expect(first).toMatchObject({ text: `${sentence(0)} ${sentence(1)} ${sentence(2)}`, repeated: 0 });
    expect(second?.text).toBe(`${sentence(2)}\n\n${sentence(3)}`);
    expect(second?.repeated).toBe(sentence(2).length);
    expect(others).toEqual([]);
    const apart = chunksOfText(`${sentence(0)}\n\n# B\n\n${sentence(1)}`, 20, 16);
    expect(apart.map(({ repeated }) => repeated)).toEqual([0, 0]);
  });

  it('keep fences around cut code, and the head above a cut table', () => {
    const code = ['```ts', ...Array.from({ length: 6 }, (_, index) => `const x${index} = ${index};`), '```'];
    for (const { text } of chunksOfText(code.join('\n'), 20))
      expect(text).toMatch(/^```ts\n(const x\d = \d;\n)+```$/);
    const rows = Array.from({ length: 6 }, (_, index) => `| row ${index} | value |`);
    const table = chunksOfText(['| name | b |', '|---|---|', ...rows].join('\n'), 24);
    expect(table.length).toBeGreaterThan(1);
    for (const { text } of table) expect(text).toMatch(/^\| name \| b \|\n\|---\|---\|\n\| row/);
  });

  it('cut a list between its items', () => {
    const items = Array.from({ length: 6 }, (_, index) => `- item ${index} of the list`).join('\n');
    const chunks = chunksOfText(items, 20);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text).toMatch(/^(- item \d of the list\n?)+$/);
  });

  it('have the innermost of headings that are too long', () => {
    const [chunk] = chunksOfText(`# ${'long '.repeat(30)}\n\n## short\n\ntext`, 20);
    expect(chunk?.headings).toEqual(['short']);
  });

  it('are never longer than they may be, leave nothing out, and are the same again', () => {
    const text = fc.oneof(
      fc
        .array(fc.constantFrom('word', 'Ende.', 'a', 'überlang'.repeat(8), '字', '😀'), { maxLength: 40 })
        .map((words) => words.join(' ')),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
    );
    const block = fc.record({
      kind: fc.constantFrom('prose' as const, 'list' as const),
      text,
      headings: fc.array(fc.constantFrom('One', 'Two'), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.integer({ min: 30, max: 80 }), (given, maxTokens) => {
        const blocks: Block[] = given
          .map((one) => ({ ...one, text: one.text.trim() }))
          .filter((one) => one.text !== '');
        const chunks = chunksOf(blocks, { maxTokens, overlap: 10 });
        for (const chunk of chunks) {
          expect(chunk.tokens).toBe(estimatedTokens(headedText(chunk)));
          expect(chunk.tokens).toBeLessThanOrEqual(maxTokens);
        }
        const own = ({ text: all, repeated }: Chunk) => all.slice(repeated);
        expect(bare(chunks.map(own).join(''))).toBe(bare(blocks.map((one) => one.text).join('')));
        expect(chunksOf(blocks, { maxTokens, overlap: 10 })).toEqual(chunks);
      }),
    );
  });
});

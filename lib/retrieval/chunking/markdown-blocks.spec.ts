import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markdownBlocks, plainBlocks } from './markdown-blocks.js';

const short = (text: string) =>
  markdownBlocks(text).map(({ kind, text: found, headings }) => `${kind} ${headings.join('/')}: ${found}`);

describe('the blocks of a Markdown text', () => {
  it('are paragraphs, lists, tables and code, under their headings', () => {
    const text = [
      '---',
      'topic: device',
      '---',
      '# Sensors',
      'First line',
      'second line',
      '',
      '## Batteries ##',
      '- one',
      '  more of one',
      '- two',
      '',
      '| a | b |',
      '|---|---|',
      '| 1 | 2 |',
      '```sh',
      '# not a heading',
      '',
      'run',
      '```',
      'Setext',
      '------',
      'Last.',
    ].join('\n');
    expect(short(text)).toEqual([
      'prose Sensors: First line\nsecond line',
      'list Sensors/Batteries: - one\n  more of one\n- two',
      'table Sensors/Batteries: | a | b |\n|---|---|\n| 1 | 2 |',
      'code Sensors/Batteries: ```sh\n# not a heading\n\nrun\n```',
      'prose Sensors/Setext: Last.',
    ]);
  });

  it('keep a list together whose items are apart, or have paragraphs of their own', () => {
    expect(short('1. one\n\n   more\n\n2. two\n\nAfter.')).toEqual([
      'list : 1. one\n\n   more\n\n2. two',
      'prose : After.',
    ]);
  });

  it('end code only by a fence like that which opened it, else with the text', () => {
    expect(short('````\n```\nx\n````\ny')).toEqual(['code : ````\n```\nx\n````', 'prose : y']);
    expect(short('~~~\nx\n\n# y')).toEqual(['code : ~~~\nx\n\n# y']);
  });

  it('take a heading without anything under it for a text: it would be found nowhere', () => {
    expect(short('# A\n## B\n## C\ntext\n# D')).toEqual(['prose A/B: B', 'prose A/C: text', 'prose D: D']);
  });

  it('read headings with and without closing marks, in a time that grows with their length', () => {
    expect(short('# a #\nx\n# b#\nx\n#c\nx\n## ##\nx')).toEqual([
      'prose a: x',
      'prose b#: x\n#c\nx',
      'prose b#: x',
    ]);
    // Had it to try every way, this would take hours.
    expect(markdownBlocks(`# ${'#'.repeat(200_000)}x\n${' '.repeat(200_000)}x`)).toHaveLength(1);
  });

  it('read line ends of every system, and nothing from nothing', () => {
    expect(short('# A\r\nb\r\n\r\nc\rd')).toEqual(['prose A: b', 'prose A: c\nd']);
    expect(short('')).toEqual([]);
    expect(short(' \n\t\n')).toEqual([]);
  });

  it('leave no letter out, whatever the text', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '# one',
        '## two',
        '- item',
        '  more',
        '```',
        '~~~',
        '| a | b |',
        '|---|',
        '===',
        '---',
        '',
      ),
      fc.string({ maxLength: 12 }),
    );
    const letters = (text: string) => text.replaceAll(/[^\p{L}]/gu, '');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
        const text = ['x', ...lines].join('\n');
        const seen = new Set<string>();
        const found = markdownBlocks(text).flatMap(({ text: own, headings }) => [own, ...headings]);
        for (const part of found) for (const word of part.match(/\p{L}+/gu) ?? []) seen.add(word);
        for (const word of letters(text) === '' ? [] : (text.match(/\p{L}+/gu) ?? []))
          expect(seen).toContain(word);
      }),
    );
  });
});

describe('the blocks of a plain text', () => {
  it('are its paragraphs', () => {
    expect(plainBlocks('# a\nb\n\n \nc\n').map(({ text }) => text)).toEqual(['# a\nb', 'c']);
  });
});

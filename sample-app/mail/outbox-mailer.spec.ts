import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { sampleFile } from '../files.js';
import { promisesMoney } from './outbox-mailer.js';

describe('promisesMoney', () => {
  it.each([
    'We confirm a refund of 2,000 EUR.',
    'Of course we will refund you.',
    'I will pay for the plants.',
  ])('sees it in "%s"', (text) => {
    expect(promisesMoney(text)).toBe(true);
  });

  it('sees none in the articles, which say what the rules are', () => {
    const folder = sampleFile('data', 'knowledge');
    const found = readdirSync(folder).filter((name) =>
      promisesMoney(readFileSync(`${folder}/${name}`, 'utf8')),
    );
    expect(found).toEqual([]);
  });
});

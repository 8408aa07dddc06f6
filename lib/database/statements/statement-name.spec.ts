import { describe, expect, it } from '@jest/globals';
import { statementName } from './statement-name.js';

describe('the name of a prepared statement', () => {
  it('is its words', () => {
    expect(statementName('nestor_append', 'skip', 'taken')).toBe('nestor_append_skip_taken');
  });

  it('is no longer than PostgreSQL takes it, and still another one for other words', () => {
    const words = ['nestor_append', ...Array.from({ length: 12 }, (_, index) => `part${index}`)];
    const [one, other] = [statementName(...words, 'one'), statementName(...words, 'other')];
    expect(one).toHaveLength(63);
    expect(one).toMatch(/^nestor_append_part0_part1/);
    expect(one).not.toBe(other);
    expect(statementName(...words, 'one')).toBe(one);
  });
});

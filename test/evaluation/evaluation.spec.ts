import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findPii } from 'nestjs-nestor/guardrails';
import { belowThreshold, labelledLines, score, tableRows } from './score.mjs';

const lines = labelledLines();
const result = score(lines, (text: string) => findPii(text));

describe('the detectors of personal data, on the labelled texts', () => {
  it('find as much, and as little else, as the thresholds ask for', () => {
    expect(belowThreshold(result.scores)).toEqual([]);
  });

  it('are compared with at least 600 texts, of which a third hold nothing and none is there twice', () => {
    expect(lines.length).toBeGreaterThanOrEqual(600);
    expect(result.quiet.lines).toBeGreaterThanOrEqual(lines.length / 3);
    expect(new Set(lines.map(({ text }: { text: string }) => text)).size).toBe(lines.length);
  });

  it('are judged by labels that have a place in their text', () => {
    for (const { text, expected } of lines) {
      for (const { start, end } of expected) expect(text.slice(start, end)).toMatch(/^\S.*\S$/su);
    }
  });

  it('would fail if they found nothing, or everything', () => {
    expect(belowThreshold(score(lines, () => []).scores)).toHaveLength(5);
    const all = (text: string) => [{ kind: 'phone', start: 0, end: text.length }];
    expect(belowThreshold(score(lines, all).scores)).toContainEqual(
      expect.stringContaining('precision of phone'),
    );
  });

  it('have their figures in the page about guardrails', () => {
    const page = readFileSync('docs/guardrails.md', 'utf8').replaceAll(/ {2,}/g, ' ');
    for (const row of tableRows(result.scores)) expect(page).toContain(row.replaceAll(/ {2,}/g, ' '));
    expect(page).toContain(`${lines.length} texts`);
    expect(page).toContain(`${result.quiet.lines} that hold nothing`);
  });
});

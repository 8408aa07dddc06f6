import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { halves, kinds, labelledQuestions, ndcgAt, quality, recallAt } from './ranking.mjs';

const questions = labelledQuestions();
const root = join(import.meta.dirname, '..', '..', '..');

describe('the questions by which retrieval is measured', () => {
  it('are at least 120, each once, of every kind, with some that no article answers', () => {
    expect(questions.length).toBeGreaterThanOrEqual(120);
    expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length);
    for (const kind of kinds)
      expect(questions.filter((each) => each.kind === kind).length).toBeGreaterThan(9);
    const unanswerable = questions.filter(({ kind }) => kind === 'none');
    expect(unanswerable.length).toBeGreaterThan(9);
    expect(questions.filter(({ relevant }) => relevant.length === 0)).toEqual(unanswerable);
  });

  it('name articles that are there, of which there are more than 60', () => {
    const articles = new Set(readdirSync(join(root, 'sample-app/data/knowledge')));
    expect(articles.size).toBeGreaterThan(60);
    const missing = questions.flatMap(({ relevant }) =>
      relevant.filter((slug) => !articles.has(`${slug}.md`)),
    );
    expect(missing).toEqual([]);
  });

  it('are halved by kind, and no question is in both halves', () => {
    const { tuning, reported } = halves(questions);
    expect(tuning.length + reported.length).toBe(questions.length);
    for (const kind of kinds) {
      const [a, b] = [tuning, reported].map((half) => half.filter((each) => each.kind === kind).length);
      expect(Math.abs((a ?? 0) - (b ?? 0))).toBeLessThanOrEqual(1);
    }
  });
});

describe('how well documents are found', () => {
  it('is by how many of the relevant ones are among the first, and where', () => {
    expect(recallAt(['a', 'x', 'y'], ['a', 'b'], 5)).toBe(0.5);
    expect(recallAt(['x', 'a'], ['a'], 1)).toBe(0);
    expect(ndcgAt(['a', 'b'], ['a', 'b'], 10)).toBe(1);
    expect(ndcgAt(['b', 'a'], ['a', 'b'], 10)).toBeCloseTo((1 + 2 / Math.log2(3)) / (2 + 1 / Math.log2(3)));
    expect(ndcgAt([], ['a'], 10)).toBe(0);
    const question = { kind: 'plain', question: 'q', relevant: ['a'] };
    expect(
      quality([
        { question, found: ['a'] },
        { question, found: ['x'] },
      ]),
    ).toEqual({ questions: 2, recall: 0.5, ndcg: 0.5 });
  });
});

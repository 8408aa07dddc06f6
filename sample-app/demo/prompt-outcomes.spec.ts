import { describe, expect, it } from '@jest/globals';
import type { AuditRecord } from 'nestjs-nestor';
import { draftsOf } from './prompt-outcomes.js';

const record = (type: string, step: string, payload: object) => ({ type, step, payload }) as AuditRecord;
const drafted = (templateVersion: string, body: string) =>
  record('call.completed', 'draft', {
    kind: 'model',
    arguments: { template: 'draft', templateVersion },
    result: { text: JSON.stringify({ subject: 'Re', body, confidence: 0.8 }) },
    usage: { outputTokens: 40 },
  });

describe('what became of drafts', () => {
  it('is told of each, with the version of its prompt and what a person has said to it', () => {
    const drafts = draftsOf([
      record('call.completed', 'classify', { kind: 'model', arguments: { templateVersion: '1' } }),
      drafted('2', 'First [1]. Second [3]. First again [1].'),
      record('review.decided', 'draft', { choice: 'reject' }),
      drafted('2', 'Sorry [1].'),
    ]);
    const facts = { version: '2', confidence: 0.8, tokens: 40 };
    expect(drafts).toEqual([
      { ...facts, sources: 2, choice: 'reject' },
      { ...facts, sources: 1, choice: undefined },
    ]);
  });
});

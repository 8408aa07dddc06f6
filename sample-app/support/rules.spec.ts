import { describe, expect, it } from '@jest/globals';
import type { Classification } from './classification.dto.js';
import type { Draft } from './draft.dto.js';
import { isAnswered, needsCase, needsPerson } from './rules.js';

const reading: Classification = {
  topic: 'billing',
  urgency: 'normal',
  language: 'en',
  mood: 'calm',
  searchTerms: ['invoice'],
  references: [],
  instructionsFound: false,
  confidence: 0.9,
};
const draft: Draft = {
  subject: 'Re: invoice',
  body: 'Hello',
  sources: ['invoices-and-vat'],
  confidence: 0.9,
};

describe('the rules of the support workflow', () => {
  it('let an ordinary ticket pass without a person and without a case', () => {
    expect([isAnswered(reading), needsCase(reading), needsPerson(draft, reading)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('leave spam unanswered', () => {
    expect(isAnswered({ ...reading, topic: 'spam' })).toBe(false);
  });

  it.each([{ urgency: 'high' }, { topic: 'legal' }, { topic: 'privacy' }] as const)(
    'open a case for %j',
    (change) => {
      expect(needsCase({ ...reading, ...change })).toBe(true);
    },
  );

  it.each([{ urgency: 'high' }, { topic: 'legal' }, { instructionsFound: true }] as const)(
    'put a sure draft before a person for %j',
    (change) => {
      expect(needsPerson(draft, { ...reading, ...change })).toBe(true);
    },
  );

  it('put an unsure draft before a person, and any draft whose ticket was not read', () => {
    expect(needsPerson({ ...draft, confidence: 0.69 }, reading)).toBe(true);
    expect(needsPerson(draft, undefined)).toBe(true);
  });
});

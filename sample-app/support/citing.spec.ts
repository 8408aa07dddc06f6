import { describe, expect, it } from '@jest/globals';
import type { RetrievedPassage } from 'nestjs-nestor';
import { draftOf, withoutMarks } from './citing.js';

const reply = { subject: 'Re: Refund', body: 'Two weeks [1].', confidence: 0.9 };
const place = { start: 0, end: 3 };
const passage = (uri: string) => ({ id: uri, text: 'x', source: { uri } }) as RetrievedPassage;

describe('a reply with marks', () => {
  it('rests on the articles that it cites, each once', () => {
    const citations = ['refunds', 'parcels', 'refunds'].map((uri, index) => ({
      ...place,
      mark: index + 1,
      passage: passage(uri),
    }));
    expect(draftOf(reply, { citations, unknownMarks: [] })).toEqual({
      ...reply,
      sources: ['refunds', 'parcels'],
    });
  });

  it('that cites what the model was not given is sure of nothing', () => {
    expect(draftOf(reply, { citations: [], unknownMarks: [{ ...place, mark: 7 }] })).toMatchObject({
      sources: [],
      confidence: 0,
    });
  });

  it('is read by the customer without them', () => {
    expect(withoutMarks('Two weeks [1]. Then ask [2, 3] again.')).toBe('Two weeks. Then ask again.');
    expect(withoutMarks('Your code [ABC] stays.')).toBe('Your code [ABC] stays.');
  });
});

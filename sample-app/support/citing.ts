import type { Citation, CitedMark } from 'nestjs-nestor';
import type { Draft, Reply } from './draft.dto.js';

/** What an answer cites, as `ModelService.generate` has checked it against what the model was given. */
export interface Cited {
  readonly citations: readonly Citation[];
  readonly unknownMarks: readonly CitedMark[];
}

/** A reply with the articles that it really cites. One that cites what nobody gave to the model is not to be trusted in the rest. */
export function draftOf(reply: Reply, { citations, unknownMarks }: Cited): Draft {
  const sources = [...new Set(citations.map(({ passage }) => passage.source.uri))];
  return { ...reply, sources, confidence: unknownMarks.length > 0 ? 0 : reply.confidence };
}

/** The text as a customer reads it: marks are for those who check. */
export function withoutMarks(body: string): string {
  return body.replaceAll(/ ?\[\d+(?:, ?\d+)*\]/g, '');
}

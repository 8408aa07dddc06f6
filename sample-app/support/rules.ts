import type { Classification } from './classification.dto.js';
import type { Draft } from './draft.dto.js';

/** Below it a person reads the draft before it is sent. */
const enoughConfidence = 0.7;

/** Whether the ticket gets a reply at all: to answer spam tells the sender that somebody reads it. */
export function isAnswered(reading: Classification | undefined): boolean {
  return reading !== undefined && reading.topic !== 'spam';
}

/** Whether the second line of support has to know. */
export function needsCase(reading: Classification | undefined): boolean {
  return (
    reading !== undefined && (reading.urgency === 'high' || ['legal', 'privacy'].includes(reading.topic))
  );
}

/** Whether a support lead decides about the reply. */
export function needsPerson(draft: Draft, reading: Classification | undefined): boolean {
  return (
    draft.confidence < enoughConfidence ||
    reading === undefined ||
    reading.urgency === 'high' ||
    reading.topic === 'legal' ||
    reading.instructionsFound
  );
}

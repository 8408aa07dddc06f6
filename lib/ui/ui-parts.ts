import type { AgentEvent } from '../agents/index.js';
import type { JsonValue } from '../values/index.js';
import type { ShownToolCall } from './shown-tool-calls.js';
import type { UIChunk } from './ui-chunk.js';

/** A call of a tool, with what it was asked. */
export function told({ id, name, input }: ShownToolCall): Extract<UIChunk, { type: 'tool-input-available' }> {
  return { type: 'tool-input-available', toolCallId: id, toolName: name, input: input ?? null };
}

/** A review that the reader can't decide in this message. */
export function reviewData(
  event: Extract<AgentEvent, { type: 'review.requested' | 'review.decided' }>,
  state: 'waiting' | 'decided',
): UIChunk {
  const { type: _, position: __, reviewId, ...facts } = event;
  // What an event holds is JSON.
  const data = { reviewId, state, ...facts } as unknown as JsonValue;
  return { type: 'data-review', id: reviewId, data };
}

import { readProperty } from '../text/index.js';

/** What a user has said to a question of the run: `reviews.decide(reviewId, choice, { value, reason })`. */
export interface UIDecision {
  readonly reviewId: string;
  readonly choice: 'approve' | 'reject' | 'answer';
  /** Of an answer. Not checked yet. */
  readonly value?: unknown;
  readonly reason?: string;
}

/**
 * The answers in a message: confirmations, and results of tools that the client performs. Whether they answer
 * anything, and whether this user may, only the server's reviews know. What a client claims of other tools is not read.
 */
export function decisionsOf(message: unknown): readonly UIDecision[] {
  const parts: unknown = readProperty(message, 'parts');
  if (!Array.isArray(parts) || readProperty(message, 'role') !== 'assistant') return [];
  return parts.flatMap((part) => decisionOf(part) ?? []);
}

function decisionOf(part: unknown): UIDecision | undefined {
  switch (readProperty(part, 'state')) {
    case 'approval-responded': {
      const approval: unknown = readProperty(part, 'approval');
      const reviewId: unknown = readProperty(approval, 'id');
      if (typeof reviewId !== 'string') return undefined;
      // Anything but a clear yes is a no.
      const choice = readProperty(approval, 'approved') === true ? 'approve' : 'reject';
      return { reviewId, choice, ...reasonOf(readProperty(approval, 'reason')) };
    }
    case 'output-available': {
      const reviewId = askedBy(part);
      return reviewId === undefined
        ? undefined
        : { reviewId, choice: 'answer', value: readProperty(part, 'output') };
    }
    case 'output-error': {
      const reviewId = askedBy(part);
      return reviewId === undefined
        ? undefined
        : { reviewId, choice: 'reject', ...reasonOf(readProperty(part, 'errorText')) };
    }
    default:
      return undefined;
  }
}

/** The question that the call of a tool of the client answers. */
function askedBy(part: unknown): string | undefined {
  const reviewId: unknown = readProperty(
    readProperty(readProperty(part, 'toolMetadata'), 'nestor'),
    'reviewId',
  );
  return typeof reviewId === 'string' ? reviewId : undefined;
}

function reasonOf(reason: unknown): { readonly reason?: string } {
  return typeof reason === 'string' && reason !== '' ? { reason } : {};
}

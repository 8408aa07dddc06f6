import type { Schema } from '../../values/index.js';
import { defineReview } from '../review/define-review.js';
import type { ToolDefinition } from './tool-definition.js';

export interface ClientAnswer {
  /** Milliseconds until which it has to be there; undefined: forever. */
  readonly timeout: number | undefined;
  /** Of what is answered. */
  readonly form?: Schema | undefined;
  /** For people. @default that their client performs it */
  readonly title?: string | undefined;
}

/** What makes a tool one that the client of the person performs who started the run: its call waits until they have answered. */
export function clientAnswers({
  timeout,
  form,
  title = 'Performed by your client',
}: ClientAnswer): Pick<ToolDefinition, 'performedBy' | 'timeout' | 'review'> {
  const review = defineReview({ by: 'starter' }, 'before');
  return {
    performedBy: 'client',
    // Of an attempt by the server, of which there is none.
    timeout: Infinity,
    review: review && { ...review, asks: 'answer', form, timeout, title },
  };
}

import type { ErrorData } from '../errors/index.js';
import type { JsonValue, Usage } from '../values/index.js';
import type { Actor, BudgetRaise, Choice, MessageReference, RecordPayloads } from '../workflow/index.js';

/** What happened to a review without deciding it: the records of the same names say the same. */
export type ToldReview = {
  readonly [Kind in ToldKind]: { readonly kind: Kind } & Omit<RecordPayloads[Kind], keyof MessageReference>;
}[ToldKind];

type ToldKind =
  | 'review.claimed'
  | 'review.released'
  | 'review.delegated'
  | 'review.commented'
  | 'review.voted'
  | 'review.refused'
  | 'review.escalated'
  | 'review.reminded';

/** What others may tell the holder of a run. */
export type InboxBody =
  | { readonly kind: 'signal'; readonly name: string; readonly payload?: JsonValue }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'pause'; readonly reason?: string }
  | { readonly kind: 'resume' }
  /** More that a user says to an agent while it works. `call`: key of its call. */
  | { readonly kind: 'message'; readonly text: string; readonly call?: string }
  | { readonly kind: 'budget.raised'; readonly step?: string; readonly more: BudgetRaise }
  | ToldReview
  | {
      readonly kind: 'review.decided';
      readonly reviewId: string;
      readonly choice: Choice;
      readonly value?: JsonValue;
      readonly reason?: string;
      readonly proposedHash: string;
    }
  | {
      readonly kind: 'review.expired';
      readonly reviewId: string;
      readonly outcome: 'reject' | 'approve';
    }
  /** A child run has ended. */
  | {
      readonly kind: 'run.finished';
      readonly workflow: string;
      readonly runId: string;
      readonly key: string;
      readonly step: string;
      readonly iteration: number;
      readonly item?: number;
      readonly output?: JsonValue;
      readonly error?: ErrorData;
      readonly usage: Usage;
    }
  /** A fenced worker learnt the outcome of an irreversible call after all. */
  | {
      readonly kind: 'late-outcome';
      readonly step: string;
      readonly iteration: number;
      readonly item?: number;
      readonly key: string;
      readonly result?: JsonValue;
      readonly error?: ErrorData;
    };

export interface PostedMessage {
  readonly id: string;
  readonly actor: Actor;
  /** ISO. */
  readonly at: string;
  readonly body: InboxBody;
}

/** In the order in which it came. */
export interface InboxMessage extends PostedMessage {
  readonly runId: string;
}

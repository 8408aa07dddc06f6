import type { ErrorCode, ErrorData } from '../errors/index.js';
import type { JsonValue, Usage } from '../values/index.js';
import type { Actor, Choice, BudgetRaise } from '../workflow/index.js';

/** What others may tell the holder of a run. */
export type InboxBody =
  | { readonly kind: 'signal'; readonly name: string; readonly payload?: JsonValue }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'pause'; readonly reason?: string }
  | { readonly kind: 'resume' }
  /** More that a user says to an agent while it works. `call`: key of its call. */
  | { readonly kind: 'message'; readonly text: string; readonly call?: string }
  | { readonly kind: 'budget.raised'; readonly step?: string; readonly more: BudgetRaise }
  /** `until`: ISO time. */
  | { readonly kind: 'review.claimed'; readonly reviewId: string; readonly until: string }
  | { readonly kind: 'review.released'; readonly reviewId: string }
  | {
      readonly kind: 'review.delegated';
      readonly reviewId: string;
      readonly to: string;
      readonly reason?: string;
      readonly until: string;
    }
  | { readonly kind: 'review.commented'; readonly reviewId: string; readonly text: string }
  | {
      readonly kind: 'review.decided';
      readonly reviewId: string;
      readonly choice: Choice;
      readonly value?: JsonValue;
      readonly reason?: string;
      readonly proposedHash: string;
    }
  /** One of several who have to agree: the `count`-th of `quorum`. */
  | {
      readonly kind: 'review.voted';
      readonly reviewId: string;
      readonly choice: Choice;
      readonly value?: JsonValue;
      readonly reason?: string;
      readonly proposedHash: string;
      readonly count: number;
      readonly quorum: number;
    }
  /** Somebody wanted to decide, and was refused. */
  | {
      readonly kind: 'review.refused';
      readonly reviewId: string;
      readonly choice: Choice;
      readonly code: ErrorCode;
      readonly reason: string;
    }
  | {
      readonly kind: 'review.expired';
      readonly reviewId: string;
      readonly outcome: 'reject' | 'approve';
    }
  /** `to`: roles; `until`: ISO time. */
  | {
      readonly kind: 'review.escalated';
      readonly reviewId: string;
      readonly to: readonly string[];
      readonly users?: readonly string[];
      readonly until?: string;
    }
  | { readonly kind: 'review.reminded'; readonly reviewId: string }
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

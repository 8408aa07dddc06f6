import type { FailPoint } from '../../lib/journal/index.js';

/** What a process may do to itself when it comes past a point. */
export type Harm = 'die' | 'freeze' | 'block' | 'lose replies';

/** What the parent tells a worker process to do. */
export type Order =
  | { readonly do: 'start'; readonly key: string; readonly input: number }
  | { readonly do: 'signal'; readonly run: string; readonly payload: string }
  | { readonly do: 'message'; readonly run: string; readonly text: string }
  | { readonly do: 'cancel'; readonly run: string; readonly reason: string }
  | { readonly do: 'fork'; readonly run: string; readonly from: string }
  | {
      readonly do: 'decide';
      readonly review: string;
      readonly choice: 'approve' | 'edit' | 'answer' | 'reject';
      readonly by: string;
      readonly value?: unknown;
      readonly reason?: string;
    }
  /** Whether an effect is being executed whose mark can't be seen yet. */
  | { readonly do: 'tell pending'; readonly run: string; readonly key: string }
  /** Come to harm when the point is reached for the n-th time from now on. */
  | { readonly do: 'harm'; readonly harm: Harm; readonly at: FailPoint; readonly passes: number }
  /** Moves the clock of the process, by milliseconds. */
  | { readonly do: 'shift clock'; readonly by: number };

export interface SentOrder {
  readonly id: number;
  readonly order: Order;
}

/** `0` says that the process is up, `-1` that it is about to stop itself and has to be let continue. */
export interface Answer {
  readonly id: number;
  readonly value?: string;
  readonly error?: string;
}

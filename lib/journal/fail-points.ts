import type { RecordDraft } from '../workflow/index.js';

/** Where a test may let a process die. `.before`: nothing is on disk yet; `.after`, and `create` and `claim`: it is, and nobody knows it yet. */
export type FailPoint = 'create' | 'append.before' | 'append.after' | 'claim' | 'release' | 'inbox';

/** Called on the way through the durable operations, so that crash tests need no branches in the code. */
export abstract class FailPoints {
  /** @param records what is appended there */
  abstract reach(point: FailPoint, records?: () => readonly RecordDraft[]): Promise<void> | void;
}

/** Nothing ever happens. */
export class NoFailPoints extends FailPoints {
  reach(): void {}
}

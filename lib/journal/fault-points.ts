/** Where a test may let a process die. `.before`: nothing is on disk yet; `.after`, and `create` and `claim`: it is, and nobody knows it yet. */
export type FaultPoint = 'create' | 'append.before' | 'append.after' | 'claim' | 'release' | 'inbox';

/** Called on the way through the durable operations, so that crash tests need no branches in the code. */
export abstract class FaultPoints {
  abstract reach(point: FaultPoint): Promise<void> | void;
}

/** Nothing ever happens. */
export class NoFaults extends FaultPoints {
  reach(): void {}
}

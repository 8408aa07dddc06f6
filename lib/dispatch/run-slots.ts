import { RunDispatcher } from './run-dispatcher.js';

/** The slots of a process for runs that begin in it without a wake. */
export interface RunSlots {
  /** Reserves slots, at most that many. @returns how many */
  reserve(count: number): number;
  /** Releases slots that were reserved and are not needed. */
  release(count: number): void;
  /** Has a run take a slot that was reserved, until `work` has ended. */
  begin(runId: string, work: () => Promise<void>): void;
}

/** A dispatcher that hands wakes to the worker of its own process, and so knows which slots are free. */
export abstract class LocalDispatcher extends RunDispatcher {
  abstract readonly slots: RunSlots;
}

/** Where wakes go to any process that is free, none can be reserved. */
const noSlots: RunSlots = {
  reserve: () => 0,
  release: () => undefined,
  begin: (_, work) => void work(),
};

/** By what it has, not by its class: another copy of the package may have made it. */
export function slotsOf(dispatcher: RunDispatcher & { readonly slots?: RunSlots }): RunSlots {
  return dispatcher.slots ?? noSlots;
}

import { RunDispatcher } from './run-dispatcher.js';

/** The places of a process for runs that begin in it without a wake. */
export interface RunSlots {
  /** Sets places aside, at most that many. @returns how many */
  reserve(count: number): number;
  /** Gives places back that were set aside and are not needed. */
  giveBack(count: number): void;
  /** Has a run take a place that was set aside, until `work` has ended. */
  begin(runId: string, work: () => Promise<void>): void;
}

/** A dispatcher that hands wakes to the worker of its own process, and so knows which places are free. */
export abstract class LocalDispatcher extends RunDispatcher {
  abstract readonly slots: RunSlots;
}

/** Where wakes go to whatever process is free, none can be set aside. */
const noSlots: RunSlots = {
  reserve: () => 0,
  giveBack: () => undefined,
  begin: (_, work) => void work(),
};

/** By what it has, not by its class: another copy of the package may have made it. */
export function slotsOf(dispatcher: RunDispatcher & { readonly slots?: RunSlots }): RunSlots {
  return dispatcher.slots ?? noSlots;
}

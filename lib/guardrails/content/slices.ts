import { setImmediate } from 'node:timers/promises';

/**
 * Characters that are read in one go before the event loop gets its turn. Text that is nothing but phone numbers, which
 * takes longest, has about a hundred of them: a few milliseconds.
 */
export const sliceSize = 2_048;

/** Work that stops after each slice, and continues when it is asked for the next one. */
export type Sliced<Result> = Generator<void, Result, undefined>;

/** Counts what small pieces of work have read together, so that many of them are one slice. */
export class SliceMeter {
  private read = 0;

  /** Ends the slice if these characters fill it. By size and not by time: the same text always stops at the same places. */
  *count(characters: number): Sliced<void> {
    this.read += characters;
    if (this.read < sliceSize) return;
    this.read = 0;
    yield;
  }
}

/** All slices at once. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/**
 * One slice per turn of the event loop, so that deadlines, heartbeats and requests are served in between.
 * @throws the signal's reason, before the next slice, once it is aborted
 */
export async function slicePerTurn<Result>(work: Sliced<Result>, signal?: AbortSignal): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await setImmediate();
    signal?.throwIfAborted();
  }
}

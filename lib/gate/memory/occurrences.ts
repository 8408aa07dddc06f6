import type { CallKind } from '../../scope/index.js';

/** What makes calls of one parent equal. */
export interface CountedCall {
  /** Key of the parent call; absent for a call that the step's own code makes. */
  readonly within?: string | undefined;
  readonly kind: CallKind;
  readonly name: string;
  readonly argumentsHash: string;
}

/** How often each equal call has been begun in one attempt, counted per parent call. */
export class Occurrences {
  private readonly counts = new Map<string | undefined, Map<string, number>>();

  of(call: CountedCall): number {
    return this.counts.get(call.within)?.get(nameOf(call)) ?? 0;
  }

  /** Counts a call and returns its place among its equals, from 0. */
  next(call: CountedCall): number {
    const place = this.of(call);
    const siblings = this.counts.get(call.within) ?? new Map<string, number>();
    this.counts.set(call.within, siblings.set(nameOf(call), place + 1));
    return place;
  }

  /** The body of a call begins again: its calls are counted from the start. */
  restart(parent: string): void {
    this.counts.delete(parent);
  }
}

function nameOf({ kind, name, argumentsHash }: CountedCall): string {
  return `${kind} ${name} ${argumentsHash}`;
}

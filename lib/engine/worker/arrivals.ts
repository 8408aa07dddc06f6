interface Arrival {
  /** How many are at it: two wakes of one run may claim it at the same time. */
  expected: number;
  isUnread: boolean;
}

/**
 * The runs that this process is about to drive: being created or claimed, or read. They may be left messages already,
 * and there is no driver yet that could be told. It hears of them when it comes.
 */
export class Arrivals {
  private readonly runs = new Map<string, Arrival>();

  /** How many are on their way, or driven. */
  get size(): number {
    return this.runs.size;
  }

  /** From here on it is noted when somebody leaves the run a message. */
  expect(runId: string): void {
    const arrival = this.runs.get(runId) ?? { expected: 0, isUnread: false };
    arrival.expected += 1;
    this.runs.set(runId, arrival);
  }

  /** Somebody may have left the run a message. False if it is not on its way here. */
  markUnread(runId: string): boolean {
    const arrival = this.runs.get(runId);
    if (arrival) arrival.isUnread = true;
    return arrival !== undefined;
  }

  markAllUnread(): void {
    for (const arrival of this.runs.values()) arrival.isUnread = true;
  }

  /** Whether somebody has rung since it was expected, or heard. */
  takeUnread(runId: string): boolean {
    const arrival = this.runs.get(runId);
    const isUnread = arrival?.isUnread ?? false;
    if (arrival) arrival.isUnread = false;
    return isUnread;
  }

  /** It has been driven, or will not be. @returns whether somebody has rung and was not heard */
  leave(runId: string): boolean {
    const arrival = this.runs.get(runId);
    if (!arrival) return false;
    arrival.expected -= 1;
    if (arrival.expected === 0) this.runs.delete(runId);
    return arrival.isUnread;
  }
}

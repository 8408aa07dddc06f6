/** Lets one piece of work follow the other. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** What the work gives, once all that came before it has ended, however that was. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Until all that has come so far has ended. Never rejects. */
  async idle(): Promise<void> {
    await this.last;
  }
}

import { isDataError } from './database-errors.js';

interface PendingRequest<Item, Answer> {
  readonly items: readonly Item[];
  resolve(answers: readonly Answer[]): void;
  reject(error: unknown): void;
}

/**
 * Lets many callers share a statement: what is asked while one is on its way travels together in the next. Nobody
 * waits for a timer, and the busier it gets the less each costs.
 */
export class Batcher<Item, Answer> {
  private waiting: PendingRequest<Item, Answer>[] = [];
  private isBusy = false;

  /**
   * @param perform one answer for each item, in the same order; may be asked again for the same items
   * @param most items of one statement
   */
  constructor(
    private readonly perform: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly most: number,
  ) {}

  request(items: readonly Item[]): Promise<readonly Answer[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      if (this.isBusy) return;
      this.isBusy = true;
      // A moment later, so that what is asked in the same turn travels together.
      queueMicrotask(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) await this.share(this.next());
    this.isBusy = false;
  }

  /** Never rejects. What fails for its data is tried one by one, so that only the culprit fails. */
  private async share(asked: readonly PendingRequest<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.perform(asked.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of asked) resolve(answers.slice(from, (from += items.length)));
    } catch (error) {
      if (asked.length > 1 && isDataError(error)) for (const one of asked) await this.share([one]);
      else for (const { reject } of asked) reject(error);
    }
  }

  private next(): PendingRequest<Item, Answer>[] {
    let count = 0;
    const end = this.waiting.findIndex(
      ({ items }, index) => (count += items.length) > this.most && index > 0,
    );
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }
}

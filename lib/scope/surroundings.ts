import { AsyncLocalStorage } from 'node:async_hooks';

/** What the current code is inside of, where that is the business of one layer alone: the nearest of what it was told. */
export class Surroundings<T> {
  private readonly storage = new AsyncLocalStorage<T>();

  get nearest(): T | undefined {
    return this.storage.getStore();
  }

  inside<R>(value: T, body: () => R): R {
    return this.storage.run(value, body);
  }
}

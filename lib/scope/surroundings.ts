import { AsyncLocalStorage } from 'node:async_hooks';
import { currentScope } from './execution-scope.js';
import type { StepContext } from './step-context.js';

/**
 * What the current code is inside of, where that is the business of one layer alone: the nearest of what it was told in this
 * attempt. Where a call sets another run in motion, that run's code is inside of nothing.
 */
export class Surroundings<T> {
  private readonly storage = new AsyncLocalStorage<{
    readonly value: T;
    readonly attempt: StepContext | undefined;
  }>();

  get nearest(): T | undefined {
    const told = this.storage.getStore();
    return told && told.attempt === currentScope()?.context ? told.value : undefined;
  }

  inside<R>(value: T, body: () => R): R {
    return this.storage.run({ value, attempt: currentScope()?.context }, body);
  }
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { type Principal, readPrincipal } from '../values/index.js';
import { currentScope } from './execution-scope.js';

interface Holder {
  readonly principal: Principal | undefined;
}

/** Shared by every copy of the package in the process, as the execution scope is. */
const storageKey = Symbol.for('nestjs-nestor.principal');

function storage(): AsyncLocalStorage<Holder> {
  const holder = globalThis as { [storageKey]?: AsyncLocalStorage<Holder> };
  return (holder[storageKey] ??= new AsyncLocalStorage());
}

/** Who is calling. Inside a run: who started it, never the request that happens to have woken it. */
@Injectable()
export class CurrentPrincipal {
  get(): Principal | undefined {
    const scope = currentScope();
    return scope ? scope.principal : storage().getStore()?.principal;
  }

  /** Whether that is settled, also where it is nobody: inside a request or a run, as opposed to a script or a test. */
  isSettled(): boolean {
    return currentScope() !== undefined || storage().getStore() !== undefined;
  }

  /** Runs `body`, and all that it starts, on behalf of `principal`; of nobody, if undefined. @throws {InputValidationError} */
  run<T>(principal: Principal | undefined, body: () => T): T {
    const caller = principal && readPrincipal(principal, 'The principal of CurrentPrincipal.run()');
    return storage().run({ principal: caller }, body);
  }
}

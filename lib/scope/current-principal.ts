import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { AccessDeniedError } from '../errors/index.js';
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

  /**
   * Who acts: the caller, whose roles are those that the host vouches for; where no caller is known, as in a script, who is
   * named; undefined if nobody is.
   * @param action `decide a review`, for the message
   * @throws {AccessDeniedError} if somebody else than the caller is named @throws {InputValidationError} for what is not a principal
   */
  acting(named: Principal | undefined, action: string): Principal | undefined {
    const by = named && readPrincipal(named, '"by"');
    const caller = this.get();
    if (by && this.isSettled() && by.id !== caller?.id) {
      throw new AccessDeniedError(
        `${caller?.id ?? 'An unknown caller'} may not ${action} in the name of ${by.id}: leave "by" out, or ` +
          'act as somebody else on purpose with CurrentPrincipal.run()',
      );
    }
    return caller ?? by;
  }

  /** Runs `body`, and all that it starts, on behalf of `principal`; of nobody, if undefined. @throws {InputValidationError} */
  run<T>(principal: Principal | undefined, body: () => T): T {
    const caller = principal && readPrincipal(principal, 'The principal of CurrentPrincipal.run()');
    return storage().run({ principal: caller }, body);
  }
}

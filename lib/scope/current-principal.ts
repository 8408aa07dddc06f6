import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { type Principal, readPrincipal } from '../values/index.js';
import { currentScope, type ExecutionScope } from './execution-scope.js';
import { readSystemCaller, type SystemCaller } from './system-caller.js';

/** Who is calling, as the host has said it: somebody, nobody, or the host's own code. */
export interface SettledCaller {
  /** Of the run whose code it is; absent where the host has said it. */
  readonly runId?: string | undefined;
  readonly principal?: Principal | undefined;
  readonly system?: SystemCaller | undefined;
}

interface Holder extends SettledCaller {
  /** The code that it was said in: further in, other code acts. */
  readonly scope: ExecutionScope | undefined;
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
    return this.settled()?.principal;
  }

  /** Whether that is settled, also where it is nobody: inside a request or a run, as opposed to a script or a test. */
  isSettled(): boolean {
    return this.settled() !== undefined;
  }

  /** Undefined outside of requests, runs and `asSystem`. @internal */
  settled(): SettledCaller | undefined {
    const scope = currentScope();
    const held = storage().getStore();
    return held && held.scope === scope ? held : scope;
  }

  /**
   * Runs `body`, and all that it starts, on behalf of `principal`; of nobody, if undefined. For jobs of queues and other code that
   * no request leads to.
   * @throws {InputValidationError} for what is not a principal
   */
  run<T>(principal: Principal | undefined, body: () => T): T {
    const caller = principal && readPrincipal(principal, 'The principal of CurrentPrincipal.run()');
    return storage().run({ principal: caller, scope: currentScope() }, body);
  }

  /**
   * Runs `body` as the host's own code, which may do what it wants with all runs, or those of one tenant. It has no roles: to
   * start what needs one, it names a principal. Its name and reason are on record with what it does.
   * @throws {InputValidationError} without a name or a reason
   * @example
   * await current.asSystem({ name: 'cleanup', reason: 'customer left', tenant }, () => handle.cancel('customer left'));
   */
  asSystem<T>(system: SystemCaller, body: () => T): T {
    const caller = readSystemCaller(system);
    return storage().run({ system: caller, scope: currentScope() }, body);
  }
}

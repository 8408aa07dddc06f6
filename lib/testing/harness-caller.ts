import type { AccessControl } from '../access/index.js';
import type { CurrentPrincipal } from '../scope/index.js';

const test = { name: 'OrchestrationHarness', reason: 'a test' } as const;

/** Says who acts where a test does something through the harness. */
export class HarnessCaller {
  constructor(
    private readonly current: CurrentPrincipal,
    private readonly control: Pick<AccessControl, 'isApplication'>,
  ) {}

  /** What a test looks at is open to it. */
  looking<T>(body: () => T): T {
    return this.control.isApplication() ? body() : this.current.asSystem(test, body);
  }

  /** The caller that the test has set, else the host's own code. */
  acting<T>(body: () => T): T {
    return this.current.isSettled() || this.control.isApplication()
      ? body()
      : this.current.asSystem(test, body);
  }
}

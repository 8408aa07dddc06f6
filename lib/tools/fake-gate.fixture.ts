import { ModelCallError } from '../errors/index.js';
import { AdHocRuns, type Call } from '../scope/index.js';
import { noUsage } from '../values/index.js';

const waitForRun = (): Promise<never> => Promise.reject(new Error('calls of a fake gate wait for no run'));

/** Stands for the gate: records calls, retries transient failures without waiting, and lets a test refuse or change things. */
export class FakeGate extends AdHocRuns {
  readonly calls: Call[] = [];
  /** Called before each call; may throw, as a check of the gate does. */
  before: (call: Call) => void = () => undefined;
  /** What a guardrail would make of the arguments. */
  change: (args: unknown) => unknown = (args) => args;
  /** Called with each result; may throw, as a guardrail does. */
  after: (result: unknown) => void = () => undefined;
  readonly abort = new AbortController();

  async call<Result>(call: Call<Result>): Promise<Result> {
    this.calls.push(call as Call);
    await call.store?.('run');
    this.before(call as Call);
    const context = {
      signal: this.abort.signal,
      runId: 'run',
      key: 'call',
      idempotencyKey: 'key',
      isGuarded: false,
      heartbeat: () => undefined,
      progress: () => undefined,
      recorded: () => [],
      usage: () => noUsage,
      waitForRun,
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await call.perform(this.change(call.arguments), context);
        this.after(result);
        // What is remembered has been through JSON.
        return JSON.parse(JSON.stringify(result ?? null)) as Result;
      } catch (error) {
        const transient = error instanceof ModelCallError && error.failure.transient;
        if (!transient || attempt >= (call.retry?.attempts ?? 1)) throw error;
      }
    }
  }
}

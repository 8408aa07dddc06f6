import { NonRetryableError } from '../../errors/index.js';
import { type Attempt, type CallFrame, Gate, type GatePolicies } from '../../gate/index.js';
import type { Call } from '../../scope/index.js';

/** Lets step methods run, answers their calls from the record, and makes none. */
export class ReplayGate extends Gate {
  constructor(
    policies: GatePolicies,
    /** A call that is not on record. */
    private readonly missed: (call: string) => void,
  ) {
    super(policies);
  }

  override perform<Result>(attempt: Attempt, call: Call<Result>, parent?: CallFrame): Promise<Result> {
    if (call.kind === 'step') return super.perform(attempt, call, parent);
    return super.perform(attempt, { ...call, perform: () => this.refuse(call) }, parent);
  }

  private refuse({ kind, name, forgetsResult }: Pick<Call, 'kind' | 'name' | 'forgetsResult'>): never {
    const what = `${kind} ${name}`;
    const missing = forgetsResult ? `the result of ${what}` : what;
    this.missed(missing);
    throw new NonRetryableError(`${missing} is not on record, and a replay makes no calls`);
  }
}

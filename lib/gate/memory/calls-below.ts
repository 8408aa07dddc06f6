import type { CallRecords, RecordedCall } from '../../scope/index.js';
import { addUsage, noUsage, type Usage } from '../../values/index.js';
import type { RememberedCall } from '../../workflow/index.js';
import type { Attempt } from '../attempt.js';
import { type CallFrame, isNestedIn } from '../call-frame.js';

/** What is on record of the calls that the body of one call has made. */
export class CallsBelow implements CallRecords {
  constructor(
    private readonly attempt: Attempt,
    private readonly frame: CallFrame,
  ) {}

  recorded(): readonly RecordedCall[] {
    return [...this.attempt.activationState.calls.values()].flatMap((call) => {
      const { seq, kind, name, position, status, within } = call;
      if (position === undefined || within !== this.frame.key) return [];
      const { arguments: args, result, usage } = call;
      return [
        {
          seq,
          kind,
          name,
          position,
          status,
          ...(args === undefined ? {} : { arguments: args }),
          ...(result === undefined ? {} : { result }),
          ...(usage === undefined ? {} : { usage }),
        },
      ];
    });
  }

  usage(until = Infinity): Usage {
    return [...this.attempt.activationState.calls.values()]
      .filter((call) => call.seq <= until && this.isBelow(call))
      .reduce((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), noUsage);
  }

  private isBelow({ within }: RememberedCall): boolean {
    if (within === undefined) return false;
    if (within === this.frame.key) return true;
    const above = this.attempt.activationState.calls.get(within);
    return above ? this.isBelow(above) : this.isInFlightBelow(within);
  }

  private isInFlightBelow(key: string): boolean {
    const frames = [...this.attempt.frames].filter(({ call }) => call.kind !== 'step');
    return frames.some((one) => one.key === key && isNestedIn(one, this.frame));
  }
}

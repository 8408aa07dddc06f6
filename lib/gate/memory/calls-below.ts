import type { CallRecords, RecordedCall } from '../../scope/index.js';
import { addUsage, noUsage, type Usage } from '../../values/index.js';
import type { RememberedCall } from '../../workflow/index.js';
import type { Attempt } from '../attempt.js';
import { type CallFrame, isNestedIn } from '../call-frame.js';

/** What is on record of the calls that the body of one call has made. */
export class CallsBelow implements CallRecords {
  /**
   * @param key of that call
   * @param remembered all calls of its step that are on record, by key
   * @param isInFlight whether the call of a key, which is not on record, is being made below it
   */
  constructor(
    private readonly key: string,
    private readonly remembered: () => ReadonlyMap<string, RememberedCall>,
    private readonly isInFlight: (key: string) => boolean = () => false,
  ) {}

  recorded(): readonly RecordedCall[] {
    return [...this.remembered().values()].flatMap((call) => {
      const { seq, kind, name, position, status, within } = call;
      if (position === undefined || within !== this.key) return [];
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
    return [...this.remembered().values()]
      .filter((call) => call.seq <= until && this.isBelow(call))
      .reduce((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), noUsage);
  }

  private isBelow({ within }: RememberedCall): boolean {
    if (within === undefined) return false;
    if (within === this.key) return true;
    const above = this.remembered().get(within);
    return above ? this.isBelow(above) : this.isInFlight(within);
  }
}

/** Of a call that is being made, or was recalled. */
export function callsBelow(attempt: Attempt, frame: CallFrame): CallsBelow {
  const isInFlight = (key: string) =>
    [...attempt.frames].some((one) => one.call.kind !== 'step' && one.key === key && isNestedIn(one, frame));
  return new CallsBelow(frame.key, () => attempt.activationState.calls, isInFlight);
}

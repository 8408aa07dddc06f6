import { logSafely } from '../../errors/index.js';
import {
  type ActiveSwitch,
  type Activity,
  type KillSwitches,
  killSwitchError,
  targetInWords,
} from '../../limits/index.js';
import { tenantOfRun, type Wait } from '../../workflow/index.js';
import { irreversibleAbove } from '../call-frame.js';
import { type GateCall, isToolCall, recordDraft } from '../gate-call.js';
import { recordFailure } from '../outcome.js';
import type { CheckStage } from '../checks/check.js';
import type { CallCheck, CheckedCall } from '../checks/checked-call.js';

/** Kinds of calls that are more than the run's own work, whatever their effect. */
const reaching: ReadonlySet<Activity['kind']> = new Set<Activity['kind']>([
  'model',
  'tool',
  'agent',
  'handoff',
  'retrieval',
  'memory.read',
  'memory.write',
  'run',
]);

/** Lets a call wait as long as a kill switch is on for it. Asked first, and again right before the call is performed. */
export class KillSwitchCheck implements CallCheck {
  readonly name = 'kill switch';

  constructor(private readonly switches: KillSwitches) {}

  concerns(checked: CheckedCall, stage: CheckStage): boolean {
    return stage === 'before' && !this.switches.isClear && !isExempt(checked);
  }

  /** Never settles while a switch is on for the call. @throws {LeaseLostError} if the switch could not be read for long */
  before(checked: CheckedCall): Promise<void> | void {
    return this.waitIfOn(checked, 'not begun');
  }

  /** Right before its intent is recorded, or it is performed. Undefined where it may be. */
  clearance(gateCall: GateCall, is: 'intended' | 'not begun'): Promise<void> | undefined {
    return this.switches.isClear || isExempt(gateCall) ? undefined : this.waitIfOn(gateCall, is);
  }

  /** What the record of an intent depends on. */
  get generation(): number {
    return this.switches.state.generation;
  }

  /** Never rejects. */
  async refresh(): Promise<void> {
    await this.switches.changed();
  }

  private waitIfOn(gateCall: GateCall, is: 'intended' | 'not begun'): Promise<void> | undefined {
    const unknown = this.switches.known();
    if (!unknown) return this.stopIfOn(gateCall, is);
    return unknown.then(
      () => this.stopIfOn(gateCall, is),
      (error: unknown) => {
        // Not the step's failure: the run is dropped as it is on disk, for a process that can read the switch.
        gateCall.attempt.run.lose(error);
        throw error;
      },
    );
  }

  private stopIfOn(gateCall: GateCall, is: 'intended' | 'not begun'): Promise<void> | undefined {
    const activity = activityOf(gateCall);
    const stopper = this.switches.stopperOf(activity);
    return stopper && this.stop(gateCall, activity, stopper, is);
  }

  private async stop(
    gateCall: GateCall,
    activity: Activity,
    stopper: ActiveSwitch,
    is: 'intended' | 'not begun',
  ): Promise<void> {
    const { attempt, frame, call } = gateCall;
    const error = killSwitchError(stopper, activity);
    const { kind, name } = call;
    const denied = recordDraft(gateCall, 'policy.denied', {
      rule: 'kill switch',
      kind,
      name,
      reason: error.message,
    });
    if (irreversibleAbove(frame)) {
      await attempt.append([denied]);
      throw error;
    }
    // Its intent is on record, and nothing has happened: it is made again afterwards.
    if (is === 'intended') await recordFailure(gateCall, error, { args: undefined });
    const wait: Wait = {
      for: 'killswitch',
      limit: limitOf(stopper),
      generation: this.generation,
      since: attempt.run.state.seq,
      step: attempt.place.step,
    };
    logSafely('warn', error.message);
    await attempt.suspend(frame, [denied], wait);
  }
}

/** As waits name it. */
export function limitOf({ target }: ActiveSwitch): string {
  return `kill switch for ${targetInWords(target)}`;
}

/** Undoing goes on, and a transaction cannot wait: it is the run's own work. */
function isExempt({ attempt, call }: GateCall): boolean {
  return (
    attempt.phase === 'compensate' || (call.kind === 'step' && attempt.definition.transactional === true)
  );
}

function activityOf(gateCall: GateCall): Activity {
  const { attempt, frame, call } = gateCall;
  const { kind, name, effect } = call;
  return {
    kind,
    name,
    workflow: attempt.run.definition.name,
    tool: isToolCall(call) ? name : undefined,
    agent: frame.agent,
    tenant: tenantOfRun(attempt.run.state.created),
    isOwnWork: effect !== 'irreversible' && !reaching.has(kind),
  };
}

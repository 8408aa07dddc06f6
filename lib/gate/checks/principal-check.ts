import { callerInWords, type ResolvedPrincipals } from '../../access/index.js';
import { AccessDeniedError } from '../../errors/index.js';
import { irreversibleAbove } from '../call-frame.js';
import { recordDraft } from '../gate-call.js';
import type { CheckStage } from './check.js';
import type { CallCheck, CheckedCall } from './checked-call.js';

/** Before something irreversible: whether the principal of the run is still there, and with which roles. */
export class PrincipalCheck implements CallCheck {
  readonly name = 'principal';

  constructor(private readonly principals: ResolvedPrincipals | undefined) {}

  concerns({ call, attempt, principal }: CheckedCall, stage: CheckStage): boolean {
    return (
      this.principals !== undefined &&
      stage === 'before' &&
      call.effect === 'irreversible' &&
      principal !== undefined &&
      attempt.phase !== 'compensate'
    );
  }

  /** Never settles where the principal is disabled: the run is paused until somebody resumes it. */
  async before(checked: CheckedCall): Promise<void> {
    const { principal, attempt, frame, call } = checked;
    const current = principal && (await this.principals?.current(principal));
    if (current) {
      checked.currentPrincipal = current;
      return;
    }
    const reason = disabledInWords(callerInWords(principal));
    const { kind, name } = call;
    const denied = recordDraft(checked, 'policy.denied', { rule: 'principal', kind, name, reason });
    if (irreversibleAbove(frame)) {
      await attempt.append([denied]);
      throw new AccessDeniedError(reason);
    }
    const system = { kind: 'system', id: 'principals' } as const;
    const paused = recordDraft(checked, 'pause.requested', { reason }, system);
    await attempt.suspend(frame, [denied, paused], { for: 'resume', reason });
  }
}

/** Why a run is paused. */
export function disabledInWords(principal: string): string {
  return `its principal ${principal} is disabled`;
}

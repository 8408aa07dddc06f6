import { GuardrailBlockedError } from '../../errors/index.js';
import type { CallFrame } from '../call-frame.js';
import { type GateCall, locationOf } from '../gate-call.js';
import type { GuardrailStages, StageOutcome } from '../guardrails/index.js';
import type { CallCheck, CheckedCall } from './checked-call.js';
import { evaluateGuardrails, escalationOf } from './evaluate-guardrails.js';

const at = 'model.request';

/** Guardrails that look at a request while the model answers it already: nobody sees the answer before their verdict. */
export class ParallelGuardrails {
  private readonly asked = new WeakMap<CallFrame, Promise<StageOutcome>>();

  constructor(private readonly stages: GuardrailStages) {}

  concerns({ call }: Pick<GateCall, 'call'>): boolean {
    return call.kind === 'model' && this.stages.hasAny(at, 'parallel');
  }

  /** The last thing before the request is sent. */
  readonly asking: CallCheck = {
    name: 'parallel guardrails: asked',
    concerns: (checked) => this.concerns(checked),
    before: (checked) => {
      const verdict = this.evaluate(checked, checked.value);
      // Of a request that has failed nobody waits for it.
      verdict.catch(() => undefined);
      this.asked.set(checked.frame, verdict);
    },
  };

  /** The first thing that happens to the answer. */
  readonly judging: CallCheck = {
    name: 'parallel guardrails: heard',
    concerns: (checked) => this.concerns(checked),
    after: async (checked) => {
      const { frame, call, source } = checked;
      // A person has seen what was approved, and the verdict with it.
      if (source.from === 'approval') return;
      const verdict = await (this.asked.get(frame) ?? this.evaluate(checked, call.arguments));
      this.asked.delete(frame);
      if (verdict.outcome === 'pass' && !verdict.changed) return;
      const escalation = escalationOf(verdict);
      if (verdict.outcome === 'escalate') checked.escalation = escalation;
      else throw blocked(checked, verdict, escalation.reason);
    },
  };

  private evaluate(checked: CheckedCall, request: unknown): Promise<StageOutcome> {
    return evaluateGuardrails(this.stages, checked, at, request, checked.frame.key, 'parallel');
  }
}

/** What it would have changed has been sent already. */
function blocked(checked: CheckedCall, verdict: StageOutcome, reason: string): GuardrailBlockedError {
  const isChanged = verdict.outcome === 'pass';
  const why = isChanged ? `${reason}, which would have changed what was sent already` : reason;
  return new GuardrailBlockedError(`${locationOf(checked)} was stopped at ${at} by ${why}`, {
    details: {
      guardrail: verdict.guardrail,
      at,
      verdict: isChanged ? 'block' : verdict.outcome,
      reason: verdict.reason,
    },
  });
}

import { GuardrailBlockedError, InputValidationError, toErrorData } from '../../errors/index.js';
import { type Check, passChecks } from '../../gate/index.js';
import { derivedId, type JsonValue } from '../../values/index.js';
import { decidedByCode, type RecordDraft, reviewRequest } from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';
import { RunStart } from './run-start.js';

/** Decides whether what a person has written in place of an escalated input may be the run's: by schema and guardrails, again. */
export class EditedInputCheck {
  /** @param checks what any input passes */
  constructor(private readonly checks: readonly Check<RunStart>[]) {}

  /** The input as accepted; or, where it is none, another review with the reason. */
  async admit(run: HeldRun, input: JsonValue): Promise<RecordDraft[]> {
    const { definition, state } = run;
    const { principal } = state.created;
    const start = new RunStart({ definition, principal, runId: state.runId, at: run.now() }, input);
    try {
      await passChecks(this.checks, start, 'before');
    } catch (error) {
      if (!(error instanceof InputValidationError || error instanceof GuardrailBlockedError)) throw error;
      return [...start.records, askAgain(run, start.input, toErrorData(error).message)];
    }
    // A person has written it: a guardrail that would ask one is content.
    const accepted = decidedByCode(definition.name, run.now(), 'input.accepted', { input: start.input });
    return [...start.records, accepted];
  }
}

function askAgain(run: HeldRun, proposed: JsonValue, reason: string): RecordDraft {
  const { definition, state } = run;
  const question = reviewRequest({
    reviewId: derivedId(state.runId, 'input', state.seq),
    kind: 'guardrail',
    proposed,
    reason,
    // Nobody can wave through what was refused: it has to become something else.
    choices: ['edit', 'reject'],
  });
  return decidedByCode(definition.name, run.now(), 'review.requested', question);
}

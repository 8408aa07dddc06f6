import type { GuardrailStages } from '../../gate/index.js';
import { derivedId, hashOf, type JsonValue, toJson, validate } from '../../values/index.js';
import { decidedByCode, type RecordDraft } from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';

/** Decides whether what a person has written in place of an escalated input may be the run's: by schema and guardrails, again. */
export class EditedInputCheck {
  constructor(
    private readonly guardrails: GuardrailStages,
    private readonly payloadLimit: number,
  ) {}

  /** The input as accepted; or, where it is none, another review with the reason. */
  async admit(run: HeldRun, input: JsonValue): Promise<RecordDraft[]> {
    const { definition, state } = run;
    const where = `the edited input of ${definition.name}`;
    const checked = definition.input
      ? await validate(definition.input, input)
      : { ok: true as const, value: input };
    if (!checked.ok) {
      const list = checked.issues.map(({ path, message }) => `${path} ${message}`).join('; ');
      return [askAgain(run, input, `it does not fit: ${list}`)];
    }
    const verdict = await this.guardrails.evaluate({
      at: 'run.input',
      value: toJson(checked.value, where, this.payloadLimit) ?? null,
      workflow: definition.name,
      step: undefined,
      tool: undefined,
      agent: undefined,
      principal: state.created.principal,
      runId: state.runId,
    });
    const records = verdict.records.map(
      (payload) => decidedByCode(payload.guardrail, run.now(), 'guardrail.evaluated', payload) as RecordDraft,
    );
    const value = toJson(verdict.value, where, this.payloadLimit) ?? null;
    // A person has written it: a guardrail that would ask one is content.
    if (verdict.outcome === 'pass' || verdict.outcome === 'escalate') {
      const accepted = decidedByCode(definition.name, run.now(), 'input.accepted', { input: value });
      return [...records, accepted as RecordDraft];
    }
    const reason = `${verdict.guardrail ?? 'a guardrail'}: ${verdict.reason ?? verdict.outcome}`;
    return [...records, askAgain(run, value, reason)];
  }
}

function askAgain(run: HeldRun, proposed: JsonValue, reason: string): RecordDraft {
  const { definition, state } = run;
  return decidedByCode(definition.name, run.now(), 'review.requested', {
    reviewId: derivedId(state.runId, 'input', state.seq),
    kind: 'guardrail',
    proposed,
    proposedHash: hashOf(proposed),
    reason,
    roles: [],
    users: [],
    quorum: 1,
    separationOfDuties: true,
    // Nobody can wave through what was refused: it has to become something else.
    choices: ['edit', 'reject'],
    onTimeout: 'reject',
  }) as RecordDraft;
}

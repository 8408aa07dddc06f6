import type { AccessRule, CallKind } from '../../scope/index.js';
import type { Principal } from '../../values/index.js';
import type { Actor, RecordPayloads, RecordType } from '../../workflow/index.js';

/** What asks to be let through: a call within a run, or the start of a run. */
export interface CheckSubject {
  readonly kind: CallKind | 'workflow';
  readonly name: string;
  readonly access: AccessRule | undefined;
  readonly workflow: string;
  readonly step: string | undefined;
  readonly tool: string | undefined;
  /** The agent to which a handoff goes. */
  readonly handoffTo?: string | undefined;
  readonly agent: string | undefined;
  readonly principal: Principal | undefined;
  readonly runId: string;
  /** Its arguments, its result, or the input of the run: as the checks before have left it. */
  value: unknown;
  /** Puts what a check has found on record. By the actor of the subject, unless another is named. */
  record<T extends RecordType>(type: T, payload: RecordPayloads[T], actor?: Actor): Promise<void>;
}

/** Before it is performed, and after. */
export type CheckStage = 'before' | 'after';

/**
 * One check of the gate. It lets a subject pass, changes its value, lets it wait for a person by never settling, or
 * refuses it by throwing.
 */
export interface Check<Subject extends CheckSubject> {
  readonly name: string;
  /** Whether it has anything to do: where it has not, nothing has to be waited for. */
  concerns(subject: Subject, stage: CheckStage): boolean;
  before?(subject: Subject): Promise<void> | void;
  after?(subject: Subject): Promise<void> | void;
}

/**
 * Lets a subject pass the checks, one after the other in their order. Gives a promise only where a check has to wait: most
 * steps have nothing to ask.
 * @param from index of the first check to pass
 * @throws what the first that refuses it throws, at once or later
 */
export function passChecks<Subject extends CheckSubject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  stage: CheckStage,
  from = 0,
): Promise<void> | undefined {
  for (let index = from; index < checks.length; index++) {
    const check = checks[index];
    if (!check?.[stage] || !check.concerns(subject, stage)) continue;
    const passing = check[stage](subject);
    if (passing) return passing.then(() => passChecks(checks, subject, stage, index + 1));
  }
  return undefined;
}

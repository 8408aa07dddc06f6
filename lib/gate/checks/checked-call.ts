import type { CacheEntry } from '../../cache/index.js';
import type { AccessRule, CallKind, Call } from '../../scope/index.js';
import type { JsonValue, Principal, Usage } from '../../values/index.js';
import type { Actor, RecordPayloads, RecordType, ReviewRequested } from '../../workflow/index.js';
import type { Attempt } from '../attempt.js';
import type { CallBudget } from '../budget/call-budget.js';
import type { CallFrame } from '../call-frame.js';
import { type GateCall, isToolCall, recordDraft } from '../gate-call.js';
import type { Check, CheckSubject } from './check.js';

/** `person`: somebody has seen or written this value; a guardrail that would ask a person is content. */
export type ApprovedBy = 'nobody' | 'person';

/**
 * Where a value comes from. `code`: from the call itself; `intent`: from its intent on record; `person`: a person has
 * written it; `approval`: a person has approved it, so that one is final, unless guardrails object today.
 */
export type ValueSource =
  | { readonly from: 'code' | 'intent' | 'person' }
  | { readonly from: 'approval'; readonly review: ReviewRequested };

/** What guardrails saw, as far as the call does not know it, and what they made of it. */
export interface Origin {
  readonly basis?: JsonValue;
  readonly guardedHash?: string;
}

/** Of a call that was made: with which arguments, and what it has used. */
export interface Done {
  readonly args: JsonValue | undefined;
  readonly usage: Usage | undefined;
}

/** Why a person has to look at a value. */
export interface Escalation {
  readonly reason: string;
  /** The guardrail that wants it, if one does. */
  readonly guardrail?: string;
}

export type CallCheck = Check<CheckedCall>;

/** A call on its way through the checks, with its arguments before it is made or its result after. */
export class CheckedCall implements GateCall, CheckSubject {
  readonly attempt: Attempt;
  readonly frame: CallFrame;
  readonly call: Call;
  /** Goes with a question about the value, so that an approval can be checked against the guardrails of its day. */
  origin: Origin = noOrigin;
  /** The schema has made the value what it is, or has nothing to do with it. */
  isFitted: boolean;
  /** Why a person has to look at the value before anything else happens. */
  escalation: Escalation | undefined;
  /** The principal of the run as it is today, where somebody has asked. */
  currentPrincipal: Principal | undefined;
  /** What is set aside for the call. */
  budget: CallBudget | undefined;
  /** What an equal call has given: it is not made. */
  hit: CacheEntry | undefined;

  constructor(
    { attempt, frame, call }: GateCall,
    readonly source: ValueSource,
    readonly approvedBy: ApprovedBy,
    public value: unknown,
    /** Present after the call was made. */
    readonly done?: Done,
  ) {
    this.attempt = attempt;
    this.frame = frame;
    this.call = call;
    this.isFitted = source.from === 'intent' || source.from === 'approval';
  }

  get kind(): CallKind {
    return this.call.kind;
  }

  get name(): string {
    return this.call.name;
  }

  get access(): AccessRule | undefined {
    return this.call.access;
  }

  get workflow(): string {
    return this.attempt.run.definition.name;
  }

  get step(): string {
    return this.attempt.place.step;
  }

  get tool(): string | undefined {
    return isToolCall(this.call) ? this.call.name : undefined;
  }

  get handoffTo(): string | undefined {
    return this.call.kind === 'handoff' ? this.call.name : undefined;
  }

  get agent(): string | undefined {
    return this.frame.agent;
  }

  get principal(): Principal | undefined {
    return this.currentPrincipal ?? this.attempt.run.state.created.principal;
  }

  get runId(): string {
    return this.attempt.run.state.runId;
  }

  record<T extends RecordType>(type: T, payload: RecordPayloads[T], actor?: Actor): Promise<void> {
    return this.attempt.append([recordDraft(this, type, payload, actor)]);
  }
}

const noOrigin: Origin = Object.freeze({});

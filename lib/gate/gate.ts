import type { Clock } from '../clock/index.js';
import { errorOf, InDoubtError, NonRetryableError, NotPerformedError, toErrorData } from '../errors/index.js';
import type { Call } from '../scope/index.js';
import type { JsonValue } from '../values/index.js';
import { assertAccess } from './checks/access.js';
import type { AccessPolicy } from './checks/access-policy.js';
import { requestReview, waitFor } from './checks/request-review.js';
import type { Attempt } from './attempt.js';
import { release } from './budget/budget.js';
import type { CallFrame } from './call-frame.js';
import { callFactsOf, frameOf } from './memory/call-memory.js';
import { conclude, concludeApproved } from './conclude.js';
import { isPromise } from './perform/deadline.js';
import { guardsAfter, type ApprovedBy } from './checks/guardrail-checks.js';
import type { GuardrailStages } from './guardrails/index.js';
import { optional, type OutcomeFacts, recordFailure, recordResult } from './outcome.js';
import { asJson, type GateCall, recordDraft, locationOf } from './gate-call.js';
import { performWithRetries } from './perform/call-execution.js';
import {
  approvedArguments,
  intendedArguments,
  intendedOf,
  ownArguments,
  type Prepared,
  writtenArguments,
} from './checks/prepared-arguments.js';
import { isProposal, lookUp, rejection } from './memory/look-up.js';
import { askBefore } from './checks/review-policy.js';
import { CallBudget } from './budget/call-budget.js';

/** What the gate asks. */
export interface GatePolicies {
  readonly access: AccessPolicy;
  readonly guardrails: GuardrailStages;
  readonly clock: Clock;
}

/** The one way to every action with an effect: steps, model calls, tools, sub-workflows. */
export class Gate {
  constructor(private readonly policies: GatePolicies) {}

  /** Lets a call pass, or throws what it was refused or failed with. Where a person has to decide first it never settles. */
  async perform<Result>(attempt: Attempt, call: Call<Result>, parent?: CallFrame): Promise<Result> {
    attempt.assertOpen();
    if (attempt.definition.transactional && call.kind !== 'step') refuseInTransaction(attempt, call as Call);
    const frame = frameOf(attempt, call as Call, parent);
    attempt.frames.add(frame);
    try {
      // What a call gives back is its own result after JSON, or what a person put in its place.
      return (await this.pass({ attempt, frame, call: frame.call })) as Result;
    } finally {
      release(attempt.run, frame);
      frame.end();
      attempt.leave(frame);
    }
  }

  private pass(gateCall: GateCall): unknown {
    const recalled = lookUp(gateCall);
    switch (recalled.kind) {
      case 'result':
        return recalled.result;
      case 'error':
        throw errorOf(recalled.error);
      case 'open':
        return waitFor(gateCall, recalled.reviewId);
      case 'reported':
        return conclude(
          this.policies.guardrails,
          gateCall,
          recalled.result,
          { args: recalled.arguments },
          'nobody',
        );
      case 'in-doubt':
        return this.resolveDoubt(gateCall);
      case 'new':
        return this.go(gateCall, 'nobody', ownArguments);
      case 'decided':
        return this.follow(gateCall, recalled);
    }
  }

  /** Does what a person has decided about the call. */
  private async follow(
    gateCall: GateCall,
    { review, decision }: Extract<ReturnType<typeof lookUp>, { kind: 'decided' }>,
  ): Promise<unknown> {
    const { call } = gateCall;
    const { guardrails } = this.policies;
    const facts = { args: review.arguments, reviewId: review.reviewId };
    switch (decision.choice) {
      case 'approve':
        if (review.stage === 'after') return concludeApproved(guardrails, gateCall, review);
        if (review.kind === 'before') return this.go(gateCall, 'person', ownArguments);
        if (review.kind === 'in-doubt') return this.go(gateCall, 'person', intendedArguments);
        return this.go(gateCall, 'person', approvedArguments(review));
      case 'edit':
        if (review.stage === 'after' || call.kind === 'step')
          return conclude(guardrails, gateCall, decision.value, facts, 'person');
        return this.go(gateCall, 'person', writtenArguments(decision.value));
      case 'answer':
        return conclude(guardrails, gateCall, decision.value, facts, 'person');
      case 'skip':
      case 'reject': {
        if (call.kind !== 'step' && isProposal(review) && call.review?.onReject === 'skip')
          return recordResult(gateCall, undefined, facts);
        const error = rejection(gateCall, review, decision);
        await recordFailure(gateCall, error, {
          ...facts,
          ...(review.kind === 'in-doubt' ? { inDoubt: true } : {}),
        });
        throw error;
      }
    }
  }

  /**
   * The policy, from top to bottom. Waits only where there is something to ask: most steps have nothing.
   * @param prepare what is to be performed, after guardrails and schema
   */
  private async go(
    gateCall: GateCall,
    seen: ApprovedBy,
    prepare: (gateCall: GateCall, stages: GuardrailStages, seen: ApprovedBy) => Prepared | Promise<Prepared>,
  ): Promise<unknown> {
    const { call } = gateCall;
    if (call.access !== undefined) await this.assertAllowed(gateCall);
    const found = prepare(gateCall, this.policies.guardrails, seen);
    const prepared = isPromise(found) ? await found : found;
    const tab = call.estimate ? await CallBudget.reserve(gateCall, prepared.args) : undefined;
    if (seen === 'nobody' && call.review) await askBefore(gateCall, prepared);
    return this.make(gateCall, prepared.args, tab);
  }

  /** From the intent to the result. */
  private async make(gateCall: GateCall, args: unknown, tab: CallBudget | undefined): Promise<unknown> {
    const { attempt, call } = gateCall;
    const { guardrails } = this.policies;
    const shown = call.kind === 'step' ? undefined : recordedArguments(gateCall, args);
    if (call.effect === 'irreversible') {
      await attempt.append([
        recordDraft(gateCall, 'call.intended', { ...callFactsOf(gateCall), ...optional('arguments', shown) }),
      ]);
    }
    const begun = attempt.run.now();
    let result: unknown;
    try {
      result = await performWithRetries(this.policies.clock, {
        gateCall: gateCall,
        args,
        isGuarded: guardsAfter(guardrails, gateCall),
        inner: (frame, inner) => this.perform(attempt, inner, frame),
        sent: () => tab?.sent(),
        canRetry: (error) => tab?.canRetry(error) ?? true,
      });
    } catch (error) {
      const facts = { args: shown, duration: attempt.run.now() - begun };
      return this.settleFailure(gateCall, error, facts, tab);
    }
    const facts = { args: shown, duration: attempt.run.now() - begun };
    return conclude(guardrails, gateCall, result, facts, 'nobody', tab?.actualUsage(result));
  }

  private async assertAllowed(gateCall: GateCall): Promise<void> {
    const { attempt, call } = gateCall;
    const { state } = attempt.run;
    try {
      await assertAccess(this.policies.access, state.created.principal, call.access, {
        kind: call.kind,
        name: call.name,
        runId: state.runId,
      });
    } catch (error) {
      const reason = toErrorData(error).message;
      await attempt.append([
        recordDraft(gateCall, 'policy.denied', { rule: 'access', kind: call.kind, name: call.name, reason }),
      ]);
      throw error;
    }
  }

  /** A failed call: harmless, or in doubt if it is irreversible and did not say that nothing happened. */
  private async settleFailure(
    gateCall: GateCall,
    error: unknown,
    facts: OutcomeFacts,
    tab: CallBudget | undefined,
  ): Promise<never> {
    const inDoubt = gateCall.call.effect === 'irreversible' && !(error instanceof NotPerformedError);
    await recordFailure(gateCall, error, { ...facts, inDoubt }, tab?.usageAfterFailure(error));
    if (!inDoubt || gateCall.attempt.stop.aborted) throw error;
    return this.resolveDoubt(gateCall, error) as Promise<never>;
  }

  private async resolveDoubt(gateCall: GateCall, cause?: unknown): Promise<unknown> {
    const { call } = gateCall;
    switch (call.onInDoubt) {
      case 'retry':
        if (cause !== undefined) throw cause;
        return this.go(gateCall, 'nobody', intendedArguments);
      case 'fail':
        throw new InDoubtError(
          `${locationOf(gateCall)} was begun and its outcome is unknown; onInDoubt is 'fail'`,
          { cause },
        );
      case 'review':
        return requestReview(gateCall, {
          kind: 'in-doubt',
          stage: 'before',
          proposed: intendedOf(gateCall),
          reason: `It was begun, and whether it happened is unknown${cause === undefined ? '' : ` (${toErrorData(cause).message})`}. Find out, then answer with the result, approve to make the call, or reject to stop.`,
        });
    }
  }
}

function refuseInTransaction(attempt: Attempt, call: Call): never {
  throw new NonRetryableError(
    `${attempt.run.definition.name}.${attempt.place.step} is transactional: its writes can be rolled back, the ${call.kind} call ${call.name} can't. Make the call in a step before or after it.`,
  );
}

function recordedArguments(gateCall: GateCall, args: unknown): JsonValue | undefined {
  const { call } = gateCall;
  return asJson(
    gateCall,
    call.recorded ? call.recorded(args) : args,
    `the arguments of ${locationOf(gateCall)}`,
  );
}

import { errorOf, InDoubtError, toErrorData } from '../errors/index.js';
import { type Call, instrumented } from '../scope/index.js';
import type { Usage } from '../values/index.js';
import { effectOf } from '../workflow/index.js';
import type { Attempt } from './attempt.js';
import { release } from './budget/budget.js';
import type { CallFrame } from './call-frame.js';
import type { CacheEntry } from '../cache/index.js';
import { AccessCheck } from './checks/access-check.js';
import { ArgumentGuardrails } from './checks/argument-guardrails.js';
import { CacheCheck } from './checks/cache-check.js';
import { BudgetCheck } from './limits/budget-check.js';
import { passChecks } from './checks/check.js';
import { type ApprovedBy, type CallCheck, CheckedCall, type ValueSource } from './checks/checked-call.js';
import { divergenceCheck } from './checks/divergence-check.js';
import { EscalationCheck } from './checks/escalation-check.js';
import { ConcurrencyCheck } from './limits/concurrency-check.js';
import { RateCheck } from './limits/rate-check.js';
import { ReviewRoom } from './limits/review-room.js';
import { KillSwitchCheck } from './limits/kill-switch-check.js';
import { ParallelGuardrails } from './checks/parallel-guardrails.js';
import { requestReview, waitFor } from './checks/request-review.js';
import { PrincipalCheck } from './checks/principal-check.js';
import { ResultGuardrails } from './checks/result-guardrails.js';
import { ReviewCheck } from './checks/review-check.js';
import { schemaCheck } from './checks/schema-check.js';
import { conclude } from './conclude.js';
import { type GateCall, locationOf } from './gate-call.js';
import type { GatePolicies } from './gate-policies.js';
import { callFacts } from './instrumented-call.js';
import { refuseInTransaction } from './refuse-in-transaction.js';
import { callsBelow } from './memory/calls-below.js';
import { frameOf, intendedOf } from './memory/call-memory.js';
import { isProposal, lookUp, type DecidedCall, rejection } from './memory/look-up.js';
import { type OutcomeFacts, recordFailure, recordResult, reusedFrom } from './outcome.js';
import { isPromise } from './perform/deadline.js';
import { type MadeCall, makeCall, recordedArguments } from './perform/make-call.js';

/** The one way to every action with an effect: steps, model calls, tools, sub-workflows. */
export class Gate {
  private readonly resultGuardrails: ResultGuardrails;
  private readonly parallel: ParallelGuardrails;
  private readonly killSwitch: KillSwitchCheck | undefined;
  private readonly concurrency: ConcurrencyCheck;
  private readonly cache: CacheCheck;
  /** The policy: what a call passes before it is made, and its result after, from top to bottom. */
  private readonly checks: readonly CallCheck[];

  constructor(private readonly policies: GatePolicies) {
    this.resultGuardrails = new ResultGuardrails(policies.guardrails);
    this.parallel = new ParallelGuardrails(policies.guardrails);
    this.killSwitch = policies.killSwitches && new KillSwitchCheck(policies.killSwitches);
    this.concurrency = new ConcurrencyCheck(policies.concurrency);
    this.cache = new CacheCheck(policies.cache);
    const room = new ReviewRoom(policies.openReviews);
    this.checks = [
      ...(this.killSwitch ? [this.killSwitch] : []),
      this.parallel.judging,
      new PrincipalCheck(policies.principals),
      new AccessCheck(policies.access),
      new RateCheck(policies.rates, policies.clock),
      new ArgumentGuardrails(policies.guardrails),
      schemaCheck,
      this.resultGuardrails,
      new EscalationCheck(room),
      divergenceCheck,
      this.cache,
      new BudgetCheck(policies.budgets),
      new ReviewCheck(policies.samplingSecret, room),
      this.parallel.asking,
    ];
  }

  /** Lets a call pass, or throws what it was refused or failed with. Where a person has to decide first it never settles. */
  async perform<Result>(attempt: Attempt, call: Call<Result>, parent?: CallFrame): Promise<Result> {
    attempt.assertOpen();
    if (attempt.definition.transactional && call.kind !== 'step') refuseInTransaction(attempt, call as Call);
    const frame = frameOf(attempt, call as Call, parent);
    attempt.admit(frame);
    try {
      const passed = this.pass({ attempt, frame, call: frame.call });
      // What a call gives back is its own result after JSON, or what a person put in its place.
      return (isPromise(passed) ? await passed : passed) as Result;
    } catch (error) {
      call.batch?.left(error);
      frame.flight?.land(attempt.stop.aborted ? { kind: 'gone' } : { kind: 'failed', error });
      throw error;
    } finally {
      call.batch?.left();
      release(attempt.run, frame);
      frame.end();
      attempt.leave(frame);
    }
  }

  /** Gives what the call comes to, at once where nothing has to be waited for: a promise costs more than a plain step. */
  private pass(gateCall: GateCall): unknown {
    const recalled = lookUp(gateCall);
    switch (recalled.kind) {
      case 'result':
        gateCall.call.recalled?.(callsBelow(gateCall.attempt, gateCall.frame));
        return recalled.result;
      case 'error':
        throw errorOf(recalled.error);
      case 'open':
        return waitFor(gateCall, recalled.reviewId);
      case 'reported':
        return this.conclude(gateCall, own, 'nobody', recalled.result, { args: recalled.arguments });
      case 'in-doubt':
        return this.resolveDoubt(gateCall);
      case 'new':
        return this.make(gateCall, own, 'nobody', gateCall.call.arguments);
      case 'decided':
        return this.follow(gateCall, recalled);
    }
  }

  /** Does what a person has decided about the call. */
  private async follow(gateCall: GateCall, { review, decision }: DecidedCall): Promise<unknown> {
    const { call } = gateCall;
    const facts = { args: review.arguments, reviewId: review.reviewId };
    switch (effectOf(review, decision.choice)) {
      case 'perform':
      case 'retry':
        return this.make(gateCall, own, 'person', call.arguments);
      case 'perform-intended':
        return this.make(gateCall, { from: 'intent' }, 'person', intendedOf(gateCall));
      case 'perform-approved':
        return this.make(gateCall, { from: 'approval', review }, 'person', review.proposed);
      case 'perform-edited':
        return this.make(gateCall, { from: 'person' }, 'person', decision.value);
      case 'complete':
      case 'recheck':
        return this.conclude(gateCall, { from: 'approval', review }, 'person', review.proposed, facts);
      case 'replace':
        return this.conclude(gateCall, { from: 'person' }, 'person', decision.value, facts);
      case 'skip':
      case 'reject': {
        if (call.kind !== 'step' && isProposal(review) && call.review?.onReject === 'skip')
          return recordResult(gateCall, undefined, facts);
        const error = rejection(gateCall, review, decision);
        const inDoubt = review.kind === 'in-doubt';
        await recordFailure(gateCall, error, { ...facts, ...(inDoubt ? { inDoubt } : {}) });
        throw error;
      }
    }
  }

  /** From the checks to the outcome on record. */
  private make(gateCall: GateCall, source: ValueSource, approvedBy: ApprovedBy, args: unknown): unknown {
    const { call, attempt } = gateCall;
    // The calls of a batch are all known before the first is checked.
    const ready = call.store?.(attempt.run.state.runId) ?? (call.batch && Promise.resolve());
    const check = () => this.checkAndMake(new CheckedCall(gateCall, source, approvedBy, args));
    return ready ? ready.then(check) : check();
  }

  private checkAndMake(checked: CheckedCall): unknown {
    const passing = passChecks(this.checks, checked, 'before');
    const { batch } = checked.call;
    const make = () => this.makeChecked(checked);
    const makeInTurn = batch ? () => batch.ready().then(make) : make;
    return passing ? passing.then(makeInTurn) : makeInTurn();
  }

  private makeChecked(checked: CheckedCall): unknown {
    if (checked.hit) return this.reuse(checked, checked.hit);
    const entering = this.concurrency.enter(checked);
    return entering ? entering.then(() => this.makeEntered(checked)) : this.makeEntered(checked);
  }

  private makeEntered(checked: CheckedCall): unknown {
    const { attempt, frame, call } = checked;
    const gateCall = { attempt, frame, call };
    const isGuarded = this.resultGuardrails.lookAt(checked);
    const made = instrumented(
      this.policies.instrumentation,
      'call',
      () => callFacts(checked),
      () =>
        makeCall(this.policies.clock, checked, {
          isGuarded: isGuarded || this.parallel.concerns(gateCall),
          ...(isGuarded && !this.parallel.concerns(gateCall)
            ? { mayShow: (part: unknown) => this.resultGuardrails.mayShow(checked, part) }
            : {}),
          killSwitch: this.killSwitch,
          inner: (nested, inner) => this.perform(attempt, inner, nested),
        }),
    );
    return isPromise(made)
      ? made.then((known) => this.concludeMade(checked, known))
      : this.concludeMade(checked, made);
  }

  private concludeMade(checked: CheckedCall, made: MadeCall): unknown {
    const { attempt, frame, call } = checked;
    const gateCall = { attempt, frame, call };
    if (made.kind === 'in-doubt') return this.resolveDoubt(gateCall, made.error);
    const concluded = this.conclude(gateCall, own, 'nobody', made.result, made.facts, made.usage);
    return frame.flight ? this.cache.keep(checked, concluded, made.usage) : concluded;
  }

  /** Gives what an equal call has given. Guardrails look at it as if it was new. */
  private reuse(checked: CheckedCall, hit: CacheEntry): unknown {
    const { attempt, frame, call } = checked;
    const result = call.cache?.reused?.(hit.result, reusedFrom(hit)) ?? hit.result;
    const args = call.kind === 'step' ? undefined : recordedArguments(checked);
    return this.conclude({ attempt, frame, call }, own, 'nobody', result, { args, hit });
  }

  private conclude(
    gateCall: GateCall,
    source: ValueSource,
    approvedBy: ApprovedBy,
    result: unknown,
    facts: OutcomeFacts,
    usage?: Usage,
  ): unknown {
    const done = { args: facts.args, usage };
    return conclude(this.checks, new CheckedCall(gateCall, source, approvedBy, result, done), facts);
  }

  /** @param cause what it has failed with just now; absent where it was begun before */
  private async resolveDoubt(gateCall: GateCall, cause?: unknown): Promise<unknown> {
    switch (gateCall.call.onInDoubt) {
      case 'retry':
        if (cause !== undefined) throw cause;
        return this.make(gateCall, { from: 'intent' }, 'nobody', intendedOf(gateCall));
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

const own: ValueSource = { from: 'code' };

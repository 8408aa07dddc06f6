import type { Clock } from '../clock/index.js';
import { errorOf, InDoubtError, NonRetryableError, NotPerformedError, toErrorData } from '../errors/index.js';
import type { Call } from '../scope/index.js';
import type { JsonValue } from '../values/index.js';
import { assertAccess } from './access.js';
import type { AccessPolicy } from './access-policy.js';
import { ask, waitFor } from './ask.js';
import type { Attempt } from './attempt.js';
import { release } from './budget.js';
import type { CallFrame } from './call-frame.js';
import { factsOf, frameOf } from './call-memory.js';
import { conclude, concludeApproved } from './conclude.js';
import { isPromise } from './deadline.js';
import { guardsAfter, type SeenBy } from './guarding.js';
import type { GuardrailStages } from './guardrails/index.js';
import { optional, type OutcomeFacts, recordFailure, recordResult } from './outcome.js';
import { asJson, type Passage, told, whereIs } from './passage.js';
import { performWithRetries } from './performing.js';
import {
  approvedArguments,
  intendedArguments,
  intendedOf,
  ownArguments,
  type Prepared,
  writtenArguments,
} from './prepared-arguments.js';
import { isProposal, recall, rejection } from './recall.js';
import { askBefore } from './review-wanted.js';
import { Tab } from './tab.js';

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
      frame.leave();
      attempt.leave(frame);
    }
  }

  private pass(passage: Passage): unknown {
    const recalled = recall(passage);
    switch (recalled.kind) {
      case 'result':
        return recalled.result;
      case 'error':
        throw errorOf(recalled.error);
      case 'open':
        return waitFor(passage, recalled.reviewId);
      case 'reported':
        return conclude(
          this.policies.guardrails,
          passage,
          recalled.result,
          { args: recalled.arguments },
          'nobody',
        );
      case 'in-doubt':
        return this.resolveDoubt(passage);
      case 'new':
        return this.go(passage, 'nobody', ownArguments);
      case 'decided':
        return this.follow(passage, recalled);
    }
  }

  /** Does what a person has decided about the call. */
  private async follow(
    passage: Passage,
    { review, decision }: Extract<ReturnType<typeof recall>, { kind: 'decided' }>,
  ): Promise<unknown> {
    const { call } = passage;
    const { guardrails } = this.policies;
    const facts = { args: review.arguments, reviewId: review.reviewId };
    switch (decision.choice) {
      case 'approve':
        if (review.stage === 'after') return concludeApproved(guardrails, passage, review);
        if (review.kind === 'before') return this.go(passage, 'person', ownArguments);
        if (review.kind === 'in-doubt') return this.go(passage, 'person', intendedArguments);
        return this.go(passage, 'person', approvedArguments(review));
      case 'edit':
        if (review.stage === 'after' || call.kind === 'step')
          return conclude(guardrails, passage, decision.value, facts, 'person');
        return this.go(passage, 'person', writtenArguments(decision.value));
      case 'answer':
        return conclude(guardrails, passage, decision.value, facts, 'person');
      case 'skip':
      case 'reject': {
        if (call.kind !== 'step' && isProposal(review) && call.review?.onReject === 'skip')
          return recordResult(passage, undefined, facts);
        const error = rejection(passage, review, decision);
        await recordFailure(passage, error, {
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
    passage: Passage,
    seen: SeenBy,
    prepare: (passage: Passage, stages: GuardrailStages, seen: SeenBy) => Prepared | Promise<Prepared>,
  ): Promise<unknown> {
    const { call } = passage;
    if (call.access !== undefined) await this.assertAllowed(passage);
    const found = prepare(passage, this.policies.guardrails, seen);
    const prepared = isPromise(found) ? await found : found;
    const tab = call.estimate ? await Tab.open(passage, prepared.args) : undefined;
    if (seen === 'nobody' && call.review) await askBefore(passage, prepared);
    return this.make(passage, prepared.args, tab);
  }

  /** From the intent to the result. */
  private async make(passage: Passage, args: unknown, tab: Tab | undefined): Promise<unknown> {
    const { attempt, call } = passage;
    const { guardrails } = this.policies;
    const shown = call.kind === 'step' ? undefined : recordedArguments(passage, args);
    if (call.effect === 'irreversible') {
      await attempt.append([
        told(passage, 'call.intended', { ...factsOf(passage), ...optional('arguments', shown) }),
      ]);
    }
    const begun = attempt.run.now();
    let result: unknown;
    try {
      result = await performWithRetries(this.policies.clock, {
        passage,
        args,
        isGuarded: guardsAfter(guardrails, passage),
        inner: (frame, inner) => this.perform(attempt, inner, frame),
        sent: () => tab?.sent(),
        affordsAnother: (error) => tab?.affordsAnother(error) ?? true,
      });
    } catch (error) {
      const facts = { args: shown, duration: attempt.run.now() - begun };
      return this.settleFailure(passage, error, facts, tab);
    }
    const facts = { args: shown, duration: attempt.run.now() - begun };
    return conclude(guardrails, passage, result, facts, 'nobody', tab?.settled(result));
  }

  private async assertAllowed(passage: Passage): Promise<void> {
    const { attempt, call } = passage;
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
        told(passage, 'policy.denied', { rule: 'access', kind: call.kind, name: call.name, reason }),
      ]);
      throw error;
    }
  }

  /** A failed call: harmless, or in doubt if it is irreversible and did not say that nothing happened. */
  private async settleFailure(
    passage: Passage,
    error: unknown,
    facts: OutcomeFacts,
    tab: Tab | undefined,
  ): Promise<never> {
    const inDoubt = passage.call.effect === 'irreversible' && !(error instanceof NotPerformedError);
    await recordFailure(passage, error, { ...facts, inDoubt }, tab?.failed(error));
    if (!inDoubt || passage.attempt.stop.aborted) throw error;
    return this.resolveDoubt(passage, error) as Promise<never>;
  }

  private async resolveDoubt(passage: Passage, cause?: unknown): Promise<unknown> {
    const { call } = passage;
    switch (call.onInDoubt) {
      case 'retry':
        if (cause !== undefined) throw cause;
        return this.go(passage, 'nobody', intendedArguments);
      case 'fail':
        throw new InDoubtError(
          `${whereIs(passage)} was begun and its outcome is unknown; onInDoubt is 'fail'`,
          { cause },
        );
      case 'review':
        return ask(passage, {
          kind: 'in-doubt',
          stage: 'before',
          proposed: intendedOf(passage),
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

function recordedArguments(passage: Passage, args: unknown): JsonValue | undefined {
  const { call } = passage;
  return asJson(passage, call.recorded ? call.recorded(args) : args, `the arguments of ${whereIs(passage)}`);
}

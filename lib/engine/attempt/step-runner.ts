import { isDelegation, StateHandle } from '../../decorators/index.js';
import { NonRetryableError, toErrorData } from '../../errors/index.js';
import { type Gate, isPromise } from '../../gate/index.js';
import { type Call, currentScope, runInScope } from '../../scope/index.js';
import { canonicalJson, type Schema, toJson } from '../../values/index.js';
import {
  cancelledBy,
  chosenRoutes,
  effectOf,
  type MethodDefinition,
  type ParameterBinding,
  type RecordDraft,
} from '../../workflow/index.js';
import { argumentsOf } from './arguments.js';
import { type AttemptOutcome, failed, interrupted, attemptRecord, unjudged } from './attempt-outcome.js';
import { SubWorkflowStarter } from '../start/sub-workflow-starter.js';
import { stepCaching } from './step-caching.js';
import type { StepAttempt } from './step-attempt.js';
import type { WorkflowInstances } from './workflow-instances.js';

type Body = (...args: unknown[]) => unknown;

/** Runs one attempt of a step: arguments, scope, gate, method, record. */
export class StepRunner {
  constructor(
    private readonly gate: Gate,
    private readonly instances: WorkflowInstances,
    private readonly subWorkflows: SubWorkflowStarter,
  ) {}

  /** Never rejects: whatever goes wrong, also while a failure is handled, is what the attempt has come to. */
  run(attempt: StepAttempt): Promise<AttemptOutcome> {
    return this.attempted(attempt).catch((error: unknown) => {
      attempt.close();
      return { kind: 'settled', drafts: [unjudged(attempt, error)] };
    });
  }

  private attempted(attempt: StepAttempt): Promise<AttemptOutcome> {
    const begun = attempt.begunAt;
    if (attempt.definition.transactional && attempt.activation.phase === 'perform')
      return this.runTransaction(attempt, begun);
    return new Promise((resolve, reject) => {
      attempt.onQuiescent(() => {
        attempt.close();
        resolve(attempt.stop.aborted ? interrupted(attempt, begun) : { kind: 'suspended' });
      });
      this.perform(attempt)
        .then(
          (output) => {
            attempt.close();
            resolve({ kind: 'settled', drafts: [this.outcomeOf(attempt, begun, output)] });
          },
          (error: unknown) => {
            // That this worker has lost the run is not a failure of the step's.
            if (attempt.stop.aborted || attempt.run.lost) return resolve(interrupted(attempt, begun));
            attempt.close();
            resolve({ kind: 'settled', drafts: [failed(attempt, begun, error)] });
          },
        )
        .catch(reject);
    });
  }

  /** Business rows, result and record in one commit. What the attempt has come to is on disk then, or is to be recorded. */
  private async runTransaction(attempt: StepAttempt, begun: number): Promise<AttemptOutcome> {
    const { run, definition, place } = attempt;
    try {
      await run.transact(async (manager) => {
        attempt.manager = manager;
        const output = await this.perform(attempt);
        attempt.stop.throwIfAborted();
        attempt.close();
        const skips = cancelledBy(
          { definition: run.definition, state: run.state, now: run.now() },
          definition,
          place.item,
        );
        return [
          this.completed(attempt, begun, output),
          ...skips.flatMap((action) => (action.kind === 'record' ? [action.record] : [])),
        ];
      });
      return { kind: 'settled', drafts: [] };
    } catch (error) {
      if (attempt.stop.aborted || run.lost) return interrupted(attempt, begun);
      return { kind: 'settled', drafts: [failed(attempt, begun, error)] };
    } finally {
      attempt.close();
      attempt.manager = undefined;
    }
  }

  private outcomeOf(attempt: StepAttempt, begun: number, output: unknown): RecordDraft {
    try {
      return this.completed(attempt, begun, output);
    } catch (error) {
      return failed(attempt, begun, error);
    }
  }

  private async perform(attempt: StepAttempt): Promise<unknown> {
    const found = this.instances.resolve(attempt.run.definition, attempt.run.state);
    const instance = found instanceof Promise ? await found : found;
    const method = methodOf(attempt);
    const args = argumentsOf(attempt, method);
    const shown = method.parameters.flatMap((parameter, index) => shownOf(parameter, args[index]));
    const call: Call = {
      ...policyOf(attempt),
      kind: 'step',
      name: method.name,
      arguments: shown.length === 1 ? shown[0] : shown,
      cache: stepCaching(attempt),
      perform: () => this.invoke(attempt, instance, method, args),
    };
    // The scope is open before the gate, so that guardrails and policies of the host's see the run too.
    return runInScope(attempt.scope, () => this.gate.perform(attempt, call));
  }

  /** What the method gives, at once or later: a method that gives it at once shall not have to wait. */
  private invoke(attempt: StepAttempt, host: object, method: MethodDefinition, args: unknown[]): unknown {
    const body: unknown = Reflect.get(host, method.name);
    if (typeof body !== 'function')
      throw new NonRetryableError(
        `${attempt.run.definition.name}.${method.name} is not a method of its provider`,
      );
    const states = args.filter((arg) => arg instanceof StateHandle);
    if (states.length > 0)
      return this.pinned(states).then(() => this.invokeBody(attempt, host, method, body as Body, args));
    return this.invokeBody(attempt, host, method, body as Body, args);
  }

  /** What is shared is seen as it is now, in all attempts. */
  private async pinned(states: readonly StateHandle[]): Promise<void> {
    for (const state of states) await state.pin();
  }

  private invokeBody(
    attempt: StepAttempt,
    host: object,
    method: MethodDefinition,
    body: Body,
    args: unknown[],
  ): unknown {
    attempt.performed = { host, method: method.name };
    // Reflect.apply gives any; what a user's method returns is unknown.
    const given = Reflect.apply(body, host, args) as unknown;
    return isPromise(given)
      ? given.then((result) => this.handedOn(attempt, result))
      : this.handedOn(attempt, given);
  }

  private handedOn(attempt: StepAttempt, result: unknown): unknown {
    if (attempt.activation.phase === 'compensate') return undefined;
    if (!isDelegation(result)) return result;
    return currentScope()?.call({
      kind: 'run',
      name: attempt.definition.delegate ?? 'delegate',
      arguments: result.input,
      effect: 'idempotent',
      onInDoubt: 'retry',
      perform: async (input, inner) =>
        inner.waitForRun(await this.subWorkflows.start(attempt, { ...result, input }, inner.key)),
    });
  }

  private completed(attempt: StepAttempt, begun: number, result: unknown): RecordDraft {
    const { run, place, activation, definition } = attempt;
    const now = run.now();
    const duration = Math.max(0, now - begun);
    if (activation.phase === 'compensate')
      return attemptRecord(attempt, now, 'step.compensated', { duration });
    const output = toJson(result, `the output of ${run.definition.name}.${place.step}`, run.payloadLimit);
    const usage = run.state.stepUsage.get(place.step);
    // That a person has let it begin is not to say that a person has answered.
    const { review, decision } = attempt.activationState;
    const mayBegin = review && decision && effectOf(review, decision.choice) === 'perform';
    const answered = mayBegin ? undefined : decision;
    const via = answered ? 'review' : viaOf(attempt);
    // In the order of canonical JSON: it is written out as it is then.
    return attemptRecord(attempt, now, 'step.completed', {
      duration,
      ...(output === undefined ? {} : { output }),
      ...(answered ? { reviewId: answered.reviewId } : {}),
      ...(definition.routes && place.item === undefined ? { routes: checkedRoutes(attempt, output) } : {}),
      ...(usage ? { usage } : {}),
      ...(via ? { via } : {}),
      ...(via === 'cache' && attempt.reusedFrom ? { from: attempt.reusedFrom } : {}),
    });
  }
}

function viaOf({ activation, reusedFrom }: StepAttempt): 'fallback' | 'cache' | undefined {
  if (activation.phase === 'fallback') return 'fallback';
  return reusedFrom && 'cache';
}

/** What of an argument people and guardrails may see, and what is hashed: everything but what is not data. */
function shownOf({ kind }: ParameterBinding, value: unknown): unknown[] {
  if (kind === 'context' || kind === 'state') return [];
  if (kind !== 'failure' || value === undefined) return [value];
  const { name, message, code } = toErrorData(value);
  return [{ name, message, code }];
}

function methodOf({ definition, activation, run }: StepAttempt): MethodDefinition {
  const method = { perform: definition, fallback: definition.fallback, compensate: definition.compensate }[
    activation.phase
  ];
  if (!method)
    throw new NonRetryableError(
      `${run.definition.name}.${definition.name} has no ${activation.phase} method any more`,
    );
  return method;
}

function policyOf({ definition, activation, run }: StepAttempt) {
  const { timeout, onInDoubt } = definition;
  if (activation.phase === 'compensate') return { timeout, onInDoubt, effect: 'idempotent' } as const;
  // What one item gives is not what the run gives.
  const isResult = definition.name === run.definition.result && !definition.forEach;
  const output: Schema | undefined = definition.output ?? (isResult ? run.definition.output : undefined);
  return {
    timeout,
    onInDoubt,
    effect: activation.phase === 'perform' ? definition.effect : 'idempotent',
    access: definition.access,
    review: definition.review,
    output,
  } as const;
}

function checkedRoutes({ definition, run }: StepAttempt, output: unknown): readonly string[] {
  const chosen = chosenRoutes(output);
  const unknown = chosen.filter((name) => !definition.routes?.includes(name));
  if (unknown.length === 0 && (chosen.length > 0 || Array.isArray(output))) return chosen;
  throw new NonRetryableError(
    `${run.definition.name}.${definition.name} returned ${canonicalJson(output)} as its route: it has to return one or many of ${definition.routes?.join(', ') ?? ''}`,
  );
}

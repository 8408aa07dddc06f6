import {
  defaultAttempts,
  defaultOnInDoubt,
  defineReview,
  delegateClass,
  millisecondsOr,
  ratePolicies,
  retryPolicy,
  workflowNameOf,
  type WrittenStep,
} from '../../decorators/index.js';
import type { RetryPolicy, RunView } from '../../scope/index.js';
import { given } from '../../values/index.js';
import {
  plainStep,
  type ForEachDefinition,
  type MethodDefinition,
  type ParameterBinding,
  type RepeatDefinition,
  type StepCacheDefinition,
  type StepDefinition,
  type WaitForDefinition,
} from '../../workflow/index.js';
import type { MethodSource, StepSource, WorkflowSource } from '../explore/workflow-source.js';

/** What a step has that does not say otherwise. */
const defaults = plainStep('');
const transactionTimeout = 5_000;

/** A step with every default filled in. */
export function defineStep(workflow: WorkflowSource, step: StepSource): StepDefinition {
  const { options } = step;
  const effect = options.effect ?? defaults.effect;
  return {
    ...defineMethod(step),
    title: options.title ?? step.name,
    dependencies: dependenciesOf(workflow, step),
    join: options.join ?? defaults.join,
    when: ofView(options.when),
    routes: options.routes,
    forEach: defineForEach(options.forEach),
    repeat: defineRepeat(options.repeat),
    delegate: delegateName(options.delegate),
    waitFor: defineWaitFor(options.waitFor),
    cancels: [options.cancels ?? []].flat(),
    delay: millisecondsOr(options.delay, undefined),
    output: options.output,
    retry: defineRetry(workflow, step),
    timeout: defineTimeout(workflow, options),
    transactional: options.transactional,
    idleTimeout: millisecondsOr(options.idleTimeout, undefined),
    effect,
    onInDoubt: options.onInDoubt ?? defaultOnInDoubt(effect),
    fallback: methodNamed(workflow, options.fallback),
    onError: options.onError ?? defaults.onError,
    compensate: methodNamed(workflow, options.compensate),
    review: defineReview(step.review, 'output'),
    budget: options.budget && { onExceeded: 'fail', ...given(options.budget) },
    rateLimits: ratePolicies(options.rateLimit),
    access: options.access,
    cache: defineCache(options.cache),
  };
}

function defineCache(cache: WrittenStep['cache']): StepCacheDefinition | undefined {
  const key = ofView<RunView, unknown>(cache?.key);
  const ttl = millisecondsOr(cache?.ttl, undefined);
  if (!cache || !key || ttl === undefined) return undefined;
  return { ttl, key, version: cache.version ?? '1', scope: cache.scope ?? 'tenant' };
}

/** A transaction holds locks: it gets less time than other steps. */
function defineTimeout(workflow: WorkflowSource, { transactional, timeout }: WrittenStep): number {
  if (transactional) return millisecondsOr(timeout, transactionTimeout);
  return millisecondsOr(timeout ?? workflow.options.defaults?.timeout, defaults.timeout);
}

/** Whatever is written there is checked later; here it only must not throw. */
function delegateName(delegate: WrittenStep['delegate']): string | undefined {
  const type = delegateClass(delegate);
  return typeof type === 'function' ? (workflowNameOf(type) ?? type.name) : undefined;
}

/** An irreversible body is never attempted again by itself. */
function defineRetry(workflow: WorkflowSource, { options }: StepSource): RetryPolicy {
  const policy = retryPolicy(defaultAttempts, options.retry, workflow.options.defaults?.retry);
  return options.effect === 'irreversible' ? { ...policy, attempts: 1 } : policy;
}

function methodNamed(workflow: WorkflowSource, name: string | undefined): MethodDefinition | undefined {
  const source = workflow.others.find((method) => method.name === name);
  return source && defineMethod(source);
}

function defineMethod(method: MethodSource): MethodDefinition {
  return {
    name: method.name,
    parameters: method.parameters.map(({ markers, schema }): ParameterBinding => {
      const [marker] = markers;
      if (!marker) return { kind: 'context' };
      const { kind, step, state } = marker;
      if (kind === 'state') return { kind, state: state ?? { name: '', fields: {} } };
      return kind === 'from' || kind === 'previous' ? { kind, step: step ?? '', schema } : { kind, schema };
    }),
  };
}

function defineForEach(written: WrittenStep['forEach']): ForEachDefinition | undefined {
  if (written === undefined) return undefined;
  const options = typeof written === 'object' ? written : { over: written };
  return {
    over: typeof options.over === 'string' ? options.over : (ofView(options.over) ?? (() => [])),
    concurrency: options.concurrency ?? 8,
    onError: options.onError ?? 'fail',
  };
}

function defineRepeat(written: WrittenStep['repeat']): RepeatDefinition | undefined {
  if (!written) return undefined;
  const { from, max, onMax = 'fail' } = written;
  return { from, while: ofView(written.while) ?? (() => false), max, onMax };
}

function defineWaitFor(written: WrittenStep['waitFor']): WaitForDefinition | undefined {
  if (written === undefined) return undefined;
  const {
    signal,
    payload,
    timeout,
    onTimeout = 'fail',
  } = typeof written === 'string' ? { signal: written } : written;
  return { signal, payload, timeout: millisecondsOr(timeout, undefined), onTimeout };
}

/** Users write functions of their class's input and outputs; the compiler has checked them, and what they get is a `RunView`, or more. */
function ofView<View extends RunView, R>(
  written: ((view: never) => R) | undefined,
): ((view: View) => R) | undefined {
  return written as ((view: View) => R) | undefined;
}

/** Steps that are directly before a step, in order of declaration. Unknown names and the step itself are left out. */
function dependenciesOf(workflow: WorkflowSource, step: StepSource): readonly string[] {
  const { after, forEach } = step.options;
  const over = typeof forEach === 'object' ? forEach.over : forEach;
  const named = new Set<unknown>([
    ...step.parameters.flatMap(({ markers }) =>
      markers.filter((marker) => marker.kind === 'from').map((marker) => marker.step),
    ),
    ...[after ?? []].flat(),
    over,
    ...workflow.steps
      .filter((other) => other.options.routes?.includes(step.name))
      .map((router) => router.name),
  ]);
  return workflow.steps.map((other) => other.name).filter((name) => name !== step.name && named.has(name));
}

import type { Page } from '../../values/index.js';
import { principalOf, resourceOf, RunAccess, tenantOfCaller } from '../../access/index.js';
import { Inject, Injectable } from '@nestjs/common';
import { type InputOf, MetadataAccessor, type OutputOf, type WorkflowClass } from '../../decorators/index.js';
import { WorkflowRegistry } from '../../discovery/index.js';
import { IdempotencyConflictError, InputValidationError } from '../../errors/index.js';
import { Journal, readRunFilter, type RunFilter, runPageSize, type RunRow } from '../../journal/index.js';
import { Leases, type WorkerInfo } from '../../leases/index.js';
import { KillSwitches, RateLimiter } from '../../limits/index.js';
import type { WorkflowDefinition } from '../../workflow/index.js';
import { Admission, type Admitted } from '../start/admission.js';
import { RunHandles } from './run-handles.js';
import type { RunHandle } from './run-handle.js';
import type { RunResult } from './run-result.js';
import { RunLauncher } from '../start/run-launcher.js';
import type { StartOptions } from './start-options.js';
import { type StartFacts, callerFacts } from '../start/new-run.js';

/** Starts runs and finds them again. */
@Injectable()
export class Orchestrator {
  constructor(
    @Inject(WorkflowRegistry) private readonly registry: WorkflowRegistry,
    @Inject(Journal) private readonly journal: Pick<Journal, 'list'>,
    @Inject(RunLauncher) private readonly starts: RunLauncher,
    @Inject(Admission) private readonly admission: Admission,
    @Inject(RunHandles) private readonly handles: RunHandles,
    @Inject(RunAccess) private readonly access: RunAccess,
    @Inject(Leases) private readonly leases: Pick<Leases, 'workers'>,
    @Inject(RateLimiter) private readonly rates: Pick<RateLimiter, 'isEmpty' | 'admitStart'>,
    @Inject(KillSwitches) private readonly killSwitches: Pick<KillSwitches, 'assertMayStart'>,
  ) {}

  /**
   * Starts a run and comes back as soon as it is on disk.
   * @throws {UnknownWorkflowError}
   * @throws {InputValidationError} {AccessDeniedError} {GuardrailBlockedError}: recorded as a failed run
   * @throws {IdempotencyConflictError} if the key was used before with another input
   * @throws {KillSwitchError} if a kill switch is on for it
   * @throws {RateLimitExceededError} if there were too many starts; it says when to try again
   */
  start<W extends WorkflowClass>(
    workflow: W,
    input: InputOf<W>,
    options?: StartOptions,
  ): Promise<RunHandle<OutputOf<W>>>;
  start(workflow: string, input: unknown, options?: StartOptions): Promise<RunHandle>;
  async start(
    workflow: WorkflowClass | string,
    input: unknown,
    options: StartOptions = {},
  ): Promise<RunHandle> {
    const [handle] = await this.startMany(workflow as string, [input], options);
    if (!handle) throw new Error('one input gives one run: this is a bug in Nestor');
    return handle;
  }

  /**
   * Starts a run for each input, with one statement for the lot. If one input is refused, none of the runs begins.
   * An idempotency key is made unique by the position of the input.
   */
  startMany<W extends WorkflowClass>(
    workflow: W,
    inputs: readonly InputOf<W>[],
    options?: StartOptions,
  ): Promise<RunHandle<OutputOf<W>>[]>;
  startMany(workflow: string, inputs: readonly unknown[], options?: StartOptions): Promise<RunHandle[]>;
  startMany(
    workflow: WorkflowClass | string,
    inputs: readonly unknown[],
    options: StartOptions = {},
  ): Promise<RunHandle[]> {
    return this.begin(workflow, inputs, options);
  }

  /**
   * What a trigger starts.
   * @param causes ids of the people who have
   * @internal
   */
  async startTriggered(
    workflow: string,
    input: unknown,
    options: StartOptions,
    causes: readonly string[],
  ): Promise<void> {
    await this.begin(workflow, [input], options, undefined, causes);
  }

  /** Starts a run and waits until it has ended or has to wait for somebody. */
  run<W extends WorkflowClass>(
    workflow: W,
    input: InputOf<W>,
    options?: StartOptions,
  ): Promise<RunResult<OutputOf<W>>>;
  run(workflow: string, input: unknown, options?: StartOptions): Promise<RunResult>;
  async run(
    workflow: WorkflowClass | string,
    input: unknown,
    options: StartOptions = {},
  ): Promise<RunResult> {
    // A process that drives the run itself is told of its end, and need not poll for it.
    let heard: Promise<RunResult> | undefined;
    const [handle] = await this.begin(workflow, [input], options, (runId) => {
      heard = this.handles.watcher.idle(runId, 'driven here');
    });
    if (!handle) throw new Error('one input gives one run: this is a bug in Nestor');
    return heard ?? handle.idle();
  }

  /**
   * A handle to a run of any process; `id` is its canonical spelling (UUID in lower case), whatever spelling it was given.
   * Does not look whether there is such a run: each method rejects with a `RunNotFoundError` if there is none, and with an
   * `InputValidationError` if it is not an id.
   */
  handle(runId: string): RunHandle {
    return this.handles.of(runId);
  }

  /**
   * Runs by filter, newest first, in cursor pages.
   * @throws {InputValidationError} naming each field of the filter that does not fit
   */
  async find(filter: RunFilter = {}): Promise<Page<RunRow>> {
    const caller = await this.access.control.caller(undefined, 'run.read');
    return this.access.page(
      caller,
      'run.read',
      readRunFilter(filter),
      runPageSize({}),
      (asked, visible) => this.journal.list(asked, visible),
      resourceOf,
    );
  }

  /** Every registered worker process, the oldest first, with the runs that it holds. */
  async workers(): Promise<WorkerInfo[]> {
    const caller = await this.access.control.caller(undefined, 'worker.read');
    await this.access.control.assertShared(caller, 'worker.read', { kind: 'worker' });
    return this.leases.workers();
  }

  private async begin(
    workflow: WorkflowClass | string,
    inputs: readonly unknown[],
    options: StartOptions,
    watch?: (runId: string) => void,
    shapedBy: readonly string[] = [],
  ): Promise<RunHandle[]> {
    const definition = this.registry.get(workflow);
    if (
      options.conversation !== undefined &&
      !MetadataAccessor.isAgent(this.registry.classOf(definition.name))
    )
      throw notAnAgent(definition.name);
    const { caller, allowed } = this.access.control.identify(options.principal, 'run.start');
    const principal = principalOf(caller);
    const tenant = tenantOfCaller(caller);
    const stopped = this.killSwitches.assertMayStart(definition.name, tenant);
    if (stopped) await stopped;
    if (!this.rates.isEmpty)
      await this.rates.admitStart(definition.name, { principal, tenant }, inputs.length);
    const common: StartFacts = {
      ...options,
      // Nobody but the caller says who the caller is.
      system: undefined,
      startedBy: undefined,
      ...(principal ? { principal } : {}),
      ...callerFacts(caller),
      shapedBy,
    };
    const admitted = await Promise.all(
      inputs.map((input, index) =>
        this.admission.admit(definition, input, withIndexedKey(common, inputs.length, index)),
      ),
    );
    await allowed;
    await this.refuse(admitted);
    const runs = admitted.map(({ run }) => run);
    const created = await this.starts.begin(definition, runs, options.priority, watch);
    return created.map((one) => {
      if (one.outcome === 'existing' && !one.sameInput) throw conflict(definition, options, one.runId);
      return this.handles.of(one.runId);
    });
  }

  private async refuse(admitted: readonly Admitted[]): Promise<void> {
    const refused = admitted.filter(({ refusal }) => refusal);
    const [first] = refused;
    if (!first?.refusal) return;
    await this.starts.record(...refused.map(({ run }) => run));
    throw first.refusal;
  }
}

function withIndexedKey(options: StartFacts, count: number, index: number): StartFacts {
  const { idempotencyKey } = options;
  return idempotencyKey === undefined || count === 1
    ? options
    : { ...options, idempotencyKey: `${idempotencyKey}/${index}` };
}

function notAnAgent(workflow: string): InputValidationError {
  return new InputValidationError(
    `${workflow} is not an agent, and only agents are started with a conversation. In a step of it, write agents.run(agent, input, { conversation }).`,
    { details: { workflow } },
  );
}

function conflict(
  definition: WorkflowDefinition,
  options: StartOptions,
  runId: string,
): IdempotencyConflictError {
  return new IdempotencyConflictError(
    `The idempotency key '${options.idempotencyKey ?? ''}' of ${definition.name} already stands for run ${runId}, which was started with another input. Use a new key for a new input.`,
    { details: { runId, workflow: definition.name } },
  );
}

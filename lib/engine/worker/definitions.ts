import { UnknownWorkflowError } from '../../errors/index.js';
import type { RunRow } from '../../journal/index.js';
import type { ConcurrencyLimits } from '../../leases/index.js';
import type { Schema } from '../../values/index.js';
import type { RunState, WorkflowDefinition } from '../../workflow/index.js';

/** Where definitions come from: the registry of what discovery has found. */
export interface DefinitionSource {
  list(): readonly WorkflowDefinition[];
}

/** Which definition a run continues with, and what stands against it. */
export interface RunDefinition {
  readonly definition: WorkflowDefinition;
  /** `leave`: it waits for a process that has the former definition. */
  readonly problem?: { readonly kind: 'pause' | 'leave'; readonly message: string };
}

/** The definitions that this process can run. */
export class Definitions {
  constructor(private readonly source: DefinitionSource) {}

  /**
   * Which runs a sweep takes up: by hash those that began with a definition of this process, by name those of
   * workflows that say what becomes of a run that began with another one. Pinned ones wait for their own.
   */
  takes(): readonly string[] {
    return this.source
      .list()
      .flatMap(({ hash, name, onChange }) => (onChange === 'pin' ? [hash] : [hash, name]));
  }

  /** How many runs of a workflow may be driven at once, where that is limited. */
  limits(): ConcurrencyLimits {
    return Object.fromEntries(
      this.source
        .list()
        .flatMap(({ name, concurrency }) => (concurrency === undefined ? [] : [[name, concurrency]])),
    );
  }

  /** The steps of the definition that a run has, or would continue with; none where this process does not know the workflow. */
  stepNames(workflow: string): readonly string[] {
    const steps = this.source.list().find(({ name }) => name === workflow)?.steps ?? [];
    return steps.map(({ name }) => name);
  }

  /** What the payload of a signal has to fit, as the steps that wait for it say. */
  signalSchemas(workflow: string, signal: string): readonly Schema[] {
    const steps = this.source.list().find(({ name }) => name === workflow)?.steps ?? [];
    return steps.flatMap(({ waitFor }) =>
      waitFor?.signal === signal && waitFor.payload ? [waitFor.payload] : [],
    );
  }

  /**
   * The signals that the steps of a run wait for; undefined where this process does not have the definition that the run
   * has, which may know others.
   */
  signalsOf({
    workflow,
    definitionHash,
  }: Pick<RunRow, 'workflow' | 'definitionHash'>): readonly string[] | undefined {
    const definition = this.source.list().find(({ name }) => name === workflow);
    if (definition?.hash !== definitionHash) return undefined;
    return definition.steps.flatMap(({ waitFor }) => (waitFor ? [waitFor.signal] : []));
  }

  /** @throws {UnknownWorkflowError} if this process has no workflow of that name. */
  named(workflow: string): WorkflowDefinition {
    const definition = this.source.list().find(({ name }) => name === workflow);
    if (definition) return definition;
    throw new UnknownWorkflowError(
      `A run is of the workflow '${workflow}', which this process does not have. Put its class into the providers of a module, or use a process that has it.`,
      { details: { workflow } },
    );
  }

  /** @throws {UnknownWorkflowError} if this process has no workflow of that name. */
  forRun(state: RunState): RunDefinition {
    const { workflow, definitionHash } = state.created;
    const definition = this.named(workflow);
    if (definition.hash === definitionHash) return { definition };
    if (definition.onChange === 'continue') {
      const gone = [...state.steps.values()].filter(
        (step) => step.status === 'completed' && !definition.steps.some(({ name }) => name === step.name),
      );
      if (gone.length === 0) return { definition };
      const names = gone.map(({ name }) => name).join(', ');
      return { definition, problem: changed(state, `its completed steps ${names} no longer exist`) };
    }
    const problem = changed(state, `onChange is '${definition.onChange}'`);
    return { definition, problem: definition.onChange === 'pin' ? { ...problem, kind: 'leave' } : problem };
  }
}

function changed(state: RunState, why: string) {
  return {
    kind: 'pause',
    message: `DefinitionChangedError: ${state.created.workflow} was changed under run ${state.runId}, and ${why}. Deploy the former definition to let it end, choose onChange: 'continue', or cancel it.`,
  } as const;
}

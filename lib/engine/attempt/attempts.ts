import type { Gate } from '../../gate/index.js';
import { type Instrumentation, instrumented, type InstrumentedFacts } from '../../scope/index.js';
import { type Activation, stepNamed } from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';
import { AttemptScope } from './attempt-scope.js';
import { StepAttempt } from './step-attempt.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { StepRunner } from './step-runner.js';

/** Something that happens in a run and is never journaled. */
export interface EphemeralEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Makes attempts and runs them. */
export class Attempts {
  constructor(
    private readonly gate: Gate,
    private readonly runner: StepRunner,
    private readonly listeners: {
      /** Whether anybody listens to the events of a run. */
      hears(runId: string): boolean;
      emit(runId: string, event: EphemeralEvent): void;
    },
    private readonly instrumentation?: Instrumentation,
  ) {}

  begin(run: HeldRun, activation: Activation): StepAttempt {
    const definition = stepNamed(run.definition, activation.step);
    if (!definition) throw new Error(`${run.definition.name} has no step ${activation.step}`);
    const { runId } = run.state;
    const { step, iteration, item } = activation;
    const emit = (event: EphemeralEvent): void => {
      if (!this.listeners.hears(runId)) return;
      this.listeners.emit(runId, { step, iteration, ...(item === undefined ? {} : { item }), ...event });
    };
    return new StepAttempt(
      run,
      definition,
      activation,
      (attempt) => new AttemptScope(attempt, this.gate, emit),
    );
  }

  perform(attempt: StepAttempt): Promise<AttemptOutcome> {
    attempt.scope.emit({
      type: 'step.started',
      attempt: attempt.place.attempt,
      phase: attempt.activation.phase,
    });
    return instrumented(
      this.instrumentation,
      'attempt',
      () => attemptFacts(attempt),
      () => this.runner.run(attempt),
    );
  }
}

function attemptFacts({ run, place, activation }: StepAttempt): InstrumentedFacts['attempt'] {
  const { step, iteration, item, attempt } = place;
  const { phase } = activation;
  return { runId: run.state.runId, workflow: run.definition.name, step, iteration, item, attempt, phase };
}

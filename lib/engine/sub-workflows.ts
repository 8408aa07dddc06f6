import type { Delegation } from '../decorators/index.js';
import { WorkflowRegistry } from '../discovery/index.js';
import { derivedId } from '../values/index.js';
import type { RunBudget, RunState } from '../workflow/index.js';
import type { Admission } from './admission.js';
import { Children } from './children.js';
import type { RunStarts } from './run-starts.js';
import type { StepAttempt } from './step-attempt.js';

/** Starts child runs; their end comes back through the parent's inbox. */
export class SubWorkflows extends Children {
  /** @param starts asked late: what starts children is started by the worker that drives their parents */
  constructor(
    private readonly registry: WorkflowRegistry,
    private readonly admission: Admission,
    private readonly starts: () => RunStarts,
  ) {
    super();
  }

  async start(parent: StepAttempt, delegation: Delegation, key: string): Promise<string> {
    const { state } = parent.run;
    const { step, iteration, item, attempt } = parent.place;
    const definition = this.registry.get(delegation.workflow);
    // A child that has failed will not be any better: another attempt of the step is another child.
    const { revived } = parent.activation;
    const id = derivedId(state.runId, key, attempt, ...(revived === undefined ? [] : [revived]));
    const { principal, correlationId, tags } = state.created;
    const budget = slice(state, definition.budget);
    const options = {
      ...(principal ? { principal } : {}),
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(tags ? { tags } : {}),
      ...(budget ? { budget } : {}),
    };
    const place = { runId: state.runId, step, iteration, ...(item === undefined ? {} : { item }), key };
    const admitted = await this.admission.admit(definition, delegation.input, options, { id, parent: place });
    if (admitted.refusal) {
      await this.starts().record(admitted.run);
      throw admitted.refusal;
    }
    await this.starts().begin(definition, [admitted.run]);
    return id;
  }
}

/** A child gets what is left of its parent's budget, and no more than its own. */
function slice({ budget, usage }: RunState, own: RunBudget | undefined): RunBudget | undefined {
  const spent = { usd: usage.usd, tokens: usage.inputTokens + usage.outputTokens, calls: usage.calls };
  const limits: Record<string, number> = {};
  for (const unit of ['usd', 'tokens', 'calls'] as const) {
    const rest =
      budget[unit] === undefined ? Number.POSITIVE_INFINITY : Math.max(0, budget[unit] - spent[unit]);
    const limit = Math.min(rest, own?.[unit] ?? Number.POSITIVE_INFINITY);
    if (Number.isFinite(limit)) limits[unit] = limit;
  }
  return Object.keys(limits).length === 0 ? undefined : { ...own, ...limits };
}

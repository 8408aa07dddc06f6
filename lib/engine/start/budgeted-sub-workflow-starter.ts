import type { Delegation } from '../../decorators/index.js';
import { WorkflowRegistry } from '../../discovery/index.js';
import { OrchestrationError } from '../../errors/index.js';
import { childrenBegun, leftOf, reserveForChild } from '../../gate/index.js';
import type { Created, Journal, NewRun } from '../../journal/index.js';
import { derivedId, given } from '../../values/index.js';
import {
  nothingOf,
  type BudgetRaise,
  type RunBudget,
  sharersOf,
  childBudgetOf,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import type { Admission } from './admission.js';
import { SubWorkflowStarter } from './sub-workflow-starter.js';
import type { RunLauncher } from './run-launcher.js';
import type { StepAttempt } from '../attempt/step-attempt.js';

/** Starts child runs; their end comes back through the parent's inbox. */
export class BudgetedSubWorkflowStarter extends SubWorkflowStarter {
  /** @param starts asked late: what starts children is started by the worker that drives their parents */
  constructor(
    private readonly registry: WorkflowRegistry,
    private readonly admission: Admission,
    private readonly journal: Pick<Journal, 'read'>,
    private readonly starts: () => RunLauncher,
  ) {
    super();
  }

  async start(parent: StepAttempt, delegation: Delegation, key: string): Promise<string> {
    const { state } = parent.run;
    const { step, iteration, item, attempt } = parent.place;
    const definition = this.registry.get(delegation.workflow);
    // A child that has failed will not be any better: another attempt of the step is another child.
    const { revived } = parent.activationState;
    const idBelow = (parentId: string) =>
      derivedId(parentId, key, attempt, ...(revived === undefined ? [] : [revived]));
    const id = idBelow(state.runId);
    const { principal, system, correlationId, tags, lineage } = state.created;
    const shapedBy = [...new Set([...parent.run.row.shapedBy, ...(state.shapers ?? [])])];
    const mayAsk = this.registry.canReachModel(delegation.workflow);
    const childBudget = this.childBudgetFor(parent, definition.budget, mayAsk);
    const budget =
      Object.keys(childBudget).length === 0
        ? undefined
        : { ...onExceededOf(parent, definition.budget), ...childBudget };
    reserveForChild(parent, key, { runId: id, childBudget, mayAsk });
    const options = {
      ...(principal ? { principal } : {}),
      ...(system ? { system } : {}),
      shapedBy,
      // Of a fork's child: that of the child which the source has, or would have had.
      ...(lineage === undefined ? {} : { lineage: idBelow(lineage) }),
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
    const [created] = await this.begin(parent, definition, admitted.run);
    if (created?.outcome === 'existing') {
      reserveForChild(parent, key, { runId: id, childBudget: await this.limitsOf(id), mayAsk });
    }
    return id;
  }

  /**
   * Where nobody knows whether the child is on disk, that is not a failure of the step, whose next attempt would begin
   * another child: the parent is dropped as it is, and the next worker that claims it asks for the same one.
   */
  private async begin(parent: StepAttempt, definition: WorkflowDefinition, run: NewRun): Promise<Created[]> {
    try {
      return await this.starts().begin(definition, [run]);
    } catch (error) {
      if (!(error instanceof OrchestrationError)) parent.run.lose(error);
      throw error;
    }
  }

  /**
   * A child gets its share of what is left of its parent's budget, and no more than its own. One that can't reach a
   * model gets nothing, and needs nothing.
   */
  private childBudgetFor(parent: StepAttempt, own: RunBudget = {}, mayAsk: boolean): BudgetRaise {
    const { definition, state } = parent.run;
    const left = leftOf(parent);
    if (!mayAsk) return childBudgetOf(nothingOf(left), own, 1);
    const sharers = sharersOf(definition, state, parent.place.step, ({ delegate }) =>
      delegate === undefined
        ? this.registry.asksModels(definition.name)
        : this.registry.canReachModel(delegate),
    );
    return childBudgetOf(left, own, Math.max(1, sharers - childrenBegun(parent)));
  }

  /** Of a child that was begun before a crash: what was left then may not be what is left now. */
  private async limitsOf(id: string): Promise<BudgetRaise> {
    const [first] = await this.journal.read(id);
    return first?.type === 'run.created' ? childBudgetOf({}, first.payload.budget ?? {}, 1) : {};
  }
}

/** What is done when its budget is used up: what its own says, else what its parent's does. */
function onExceededOf(
  { definition, run }: StepAttempt,
  own: RunBudget | undefined,
): Pick<RunBudget, 'onExceeded' | 'warnAt'> {
  const { onExceeded, warnAt } = own ?? definition.budget ?? run.state.budget;
  return given({ onExceeded, warnAt });
}

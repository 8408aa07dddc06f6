import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../clock/index.js';
import { WorkflowRegistry } from '../../discovery/index.js';
import { InputValidationError, RunFinishedError } from '../../errors/index.js';
import { Journal } from '../../journal/index.js';
import { BudgetLedger, type BudgetWindow, SharedBudgets } from '../../limits/index.js';
import { readProperty } from '../../text/index.js';
import { nanoDollars, noUsage, requireId } from '../../values/index.js';
import {
  addAmounts,
  amountsOf,
  type BudgetUnit,
  budgetUnits,
  fold,
  isFinished,
  childReservationsOf,
  type BudgetRaise,
  raised,
  restOf,
  type RunBudget,
  type RunState,
} from '../../workflow/index.js';
import { RunHandles } from './run-handles.js';
import {
  type RaiseOptions,
  type SharedBalance,
  SharedBudgetBalances,
  type SharedBudgetScope,
  type SharedHolders,
  type SharedRaise,
} from './shared-budget-balances.js';
import { actorOf, RunAccess, runNotFound } from '../../access/index.js';

/** Most raises that are told at once. */
const mostRaises = 500;

/** Whose budget: a run's, or that of one step of it. */
export interface RunBudgetScope {
  readonly runId: string;
  readonly step?: string;
}

/** Whose budget. */
export type BudgetScope = RunBudgetScope | SharedBudgetScope;

/** Of each unit that has a limit. `left` is without what sub-workflows may still use, and never negative. */
export type BudgetBalance = {
  readonly [unit in BudgetUnit]?: { readonly limit: number; readonly used: number; readonly left: number };
};

/** What runs may still use, and giving them more. */
@Injectable()
export class BudgetService {
  private readonly shared: SharedBudgetBalances;

  constructor(
    @Inject(Journal) private readonly journal: Pick<Journal, 'read'>,
    @Inject(WorkflowRegistry) private readonly registry: WorkflowRegistry,
    @Inject(RunHandles) private readonly handles: RunHandles,
    @Inject(RunAccess) private readonly access: RunAccess,
    @Inject(SharedBudgets) budgets: SharedBudgets,
    @Inject(BudgetLedger) ledger: BudgetLedger,
    @Inject(Clock) clock: Clock,
  ) {
    this.shared = new SharedBudgetBalances(budgets, ledger, access.control, clock);
  }

  /**
   * What is used and left: of a run or one of its steps; or of each budget of a tenant, a user, a workflow or an agent, in its
   * current window.
   * @throws {RunNotFoundError} {AccessDeniedError}
   * @throws {InputValidationError} if it is not an id, the workflow has no such step, or no such budget is set
   */
  balance(scope: RunBudgetScope): Promise<BudgetBalance>;
  balance(scope: SharedBudgetScope): Promise<SharedBalance[]>;
  async balance(scope: BudgetScope): Promise<BudgetBalance | SharedBalance[]> {
    if (!isOfRun(scope)) return this.shared.balances(scope);
    await this.access.assertReach(scope.runId, 'budget.read');
    return balanceOf(await this.state(scope.runId), scope.step, (state) =>
      this.stepBudget(state, scope.step),
    );
  }

  /**
   * For whom parts of budgets that many runs share are set aside: calls of this process by run and step, and other processes.
   * @throws {AccessDeniedError} {InputValidationError} if no such budget is set
   */
  holders(scope: SharedBudgetScope): Promise<SharedHolders[]> {
    return this.shared.holders(scope);
  }

  /**
   * Adds to a budget. Runs that wait because it was used up continue: of a run's budget at once, of a shared one within a second
   * or two. A shared budget is raised in its current window.
   * @param scope of a shared budget that has several windows also `window`
   * @param options `by`: who does it, where no caller is known; inside a request it is the caller; `reason`, which `raises` tells
   * @throws {RunNotFoundError} {RunFinishedError} {AccessDeniedError}
   * @throws {InputValidationError} for an amount that is not above 0 (of tokens and calls, whole), or of a unit that has no limit
   * @example
   * await budgets.raise({ runId }, { usd: 0.5 });
   * await budgets.raise({ tenant: 'acme' }, { usd: 50 });
   */
  async raise(
    scope: RunBudgetScope | (SharedBudgetScope & { readonly window?: BudgetWindow | undefined }),
    more: BudgetRaise,
    options: RaiseOptions = {},
  ): Promise<void> {
    if (!isOfRun(scope)) return this.shared.raise(scope, more, options);
    const { runId, step } = scope;
    const { row, caller } = await this.access.reach(runId, 'budget.raise', options.by);
    const state = await this.state(runId);
    if (isFinished(state.status)) {
      throw new RunFinishedError(`Run ${runId} is ${state.status}: its budget can't be raised any more.`, {
        details: { runId, status: state.status },
      });
    }
    const limits = balanceOf(state, step, (known) => this.stepBudget(known, step));
    const amounts = checked(
      more,
      limits,
      step === undefined ? `run ${runId}` : `step ${step} of run ${runId}`,
    );
    const place = step === undefined ? {} : { step };
    await this.handles.post(row.id, { kind: 'budget.raised', ...place, more: amounts }, actorOf(caller));
  }

  /**
   * Who has raised the shared budgets of an owner, the newest first.
   * @param options `limit`: from 1 to 500, @default 50
   * @throws {AccessDeniedError} {InputValidationError}
   */
  async raises(
    scope: SharedBudgetScope,
    { limit = 50 }: { readonly limit?: number } = {},
  ): Promise<SharedRaise[]> {
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > mostRaises)
      throw new InputValidationError(`limit has to be a whole number from 1 to ${mostRaises}.`);
    return this.shared.raises(scope, limit);
  }

  private async state(runId: string): Promise<RunState> {
    const records = await this.journal.read(requireId(runId, 'runId'));
    if (records.length === 0) throw runNotFound(runId);
    return fold(records);
  }

  private stepBudget({ created }: RunState, step: string | undefined): RunBudget {
    const steps = this.registry.get(created.workflow).steps;
    const found = steps.find(({ name }) => name === step);
    if (found) return found.budget ?? {};
    throw new InputValidationError(
      `${created.workflow} has no step '${step ?? ''}'. There are: ${steps.map(({ name }) => name).join(', ')}.`,
    );
  }
}

function isOfRun(scope: BudgetScope): scope is RunBudgetScope {
  return readProperty(scope, 'runId') !== undefined;
}

function balanceOf(
  state: RunState,
  step: string | undefined,
  stepBudget: (state: RunState) => RunBudget,
): BudgetBalance {
  const budget = step === undefined ? state.budget : stepBudget(state);
  const raises = step === undefined ? {} : (state.stepRaises.get(step) ?? {});
  const usage = step === undefined ? state.usage : (state.stepUsage.get(step) ?? noUsage);
  const used = amountsOf(usage);
  const taken = addAmounts(used, childReservationsOf(state, step));
  const limits = raised(budget, raises);
  const balances = budgetUnits.flatMap((unit) => {
    const limit = limits[unit];
    if (limit === undefined) return [];
    return [[unit, { limit, used: used[unit], left: restOf(unit, limit, taken[unit]) }] as const];
  });
  return Object.fromEntries(balances);
}

function checked(more: unknown, limits: BudgetBalance, where: string): BudgetRaise {
  const amounts = budgetUnits.flatMap((unit) => {
    const amount = readProperty(more, unit);
    return amount === undefined ? [] : [{ unit, amount }];
  });
  const problems = amounts.flatMap(({ unit, amount }) => [
    ...(isRaise(unit, amount) ? [] : [`${unit} has to be ${amountsOfUnit[unit]}`]),
    ...(limits[unit] ? [] : [`${where} has no budget of ${unit}: there is nothing to raise`]),
  ]);
  if (amounts.length === 0) problems.push(`name how much more: ${budgetUnits.join(', ')}`);
  // Each of them is a number, as was just found.
  if (problems.length === 0)
    return Object.fromEntries(amounts.map(({ unit, amount }) => [unit, amount])) as BudgetRaise;
  throw new InputValidationError(`The budget was not raised: ${problems.join('; ')}.`, {
    details: { problems },
  });
}

const amountsOfUnit = {
  usd: 'a number of US dollars, at least a nano-dollar',
  tokens: 'a whole number above 0',
  calls: 'a whole number above 0',
} as const satisfies Record<BudgetUnit, string>;

function isRaise(unit: BudgetUnit, amount: unknown): boolean {
  if (unit !== 'usd') return Number.isSafeInteger(amount) && Number(amount) > 0;
  return typeof amount === 'number' && Number.isFinite(amount) && nanoDollars(amount) > 0;
}
